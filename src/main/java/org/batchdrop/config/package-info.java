/**
 * Pipelines, provider profiles and settings as validated records, read from YAML with one problem
 * collector.
 */
@NullMarked
package org.batchdrop.config;

import org.jspecify.annotations.NullMarked;
