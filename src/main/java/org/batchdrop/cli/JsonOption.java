package org.batchdrop.cli;

import picocli.CommandLine.Option;

/** {@code --json}, the same for every command that tells of jobs. */
final class JsonOption {

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;
}
