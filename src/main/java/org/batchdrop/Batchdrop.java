package org.batchdrop;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.batchdrop.cli.Commands;

/** The entrance. */
public final class Batchdrop {

  private Batchdrop() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    boolean isTerminal = Boolean.getBoolean("batchdrop.terminal");
    int code = Commands.execute(arguments, out, err, isTerminal);
    out.flush();
    err.flush();
    System.exit(code);
  }
}
