package org.batchdrop.request;

import org.batchdrop.config.YamlValue;

/**
 * Something wrong with a pipeline's request body.
 *
 * @param location where it stands in the pipeline file
 * @param message what is wrong, what was expected
 */
public record TemplateProblem(YamlValue.Location location, String message) {}
