package org.batchdrop.fuzz;

/**
 * What Jazzer calls, by these names; {@code .ci/fuzz} starts it. The target is named by the system
 * property {@code fuzz.target}.
 *
 * @see <a href="https://github.com/CodeIntelligenceTesting/jazzer">Jazzer</a>
 */
public final class JazzerEntry {

  private static final FuzzTarget TARGET = target(System.getProperty("fuzz.target", ""));

  private JazzerEntry() {}

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    TARGET.check(input);
  }

  private static FuzzTarget target(String name) {
    try {
      var constructor = Class.forName(name).getDeclaredConstructor();
      constructor.setAccessible(true);
      return (FuzzTarget) constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("-Dfuzz.target=" + name + ": expected a fuzz target", e);
    }
  }
}
