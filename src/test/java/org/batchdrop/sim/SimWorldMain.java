package org.batchdrop.sim;

/** Runs many worlds by hand. */
public final class SimWorldMain {

  private SimWorldMain() {}

  /** Takes the first seed and how many. */
  public static void main(String[] args) {
    long first = Long.parseLong(args[0]);
    long count = Long.parseLong(args[1]);
    int most = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    SimHome shared = new SimHome();
    long begun = System.nanoTime();
    int bad = 0;
    for (long seed = first; seed < first + count && bad < most; seed++) {
      if (!SimWorld.run(shared, seed).isEmpty()) {
        bad++;
        System.out.println(SimWorld.explain(shared, seed));
      }
      if ((seed - first) % 1000 == 999) {
        System.out.println(
            (seed - first + 1)
                + " worlds, "
                + (seed - first + 1) * 1_000_000_000L / (System.nanoTime() - begun)
                + "/s");
      }
    }
    System.out.println(bad + " bad; " + (System.nanoTime() - begun) / 1_000_000 + " ms");
  }
}
