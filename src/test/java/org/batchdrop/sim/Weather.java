package org.batchdrop.sim;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How bad a provider behaves.
 *
 * @param chances of each fault, 0 to 1; absent: 0. Faults of calls are drawn for each call, others
 *     for each file, batch, row or page
 * @param createFactor how much likelier a create meets a fault of calls than another call does
 * @param times how long things take
 * @param deletionStopsValidation whether deleting the input file of a batch that is still validated
 *     ends that batch as failed, unpaid; then no batch appears in the list that was not there when
 *     its file was deleted
 */
public record Weather(
    Map<Fault, Double> chances, double createFactor, Times times, boolean deletionStopsValidation) {

  /**
   * Longest durations; each is drawn evenly from zero up.
   *
   * @param validation until the rows of a batch begin to be executed
   * @param run of all rows of a batch
   * @param finish from the last row to the end, and from a cancel to its end
   * @param listLag of {@link Fault#LIST_LAG}
   * @param late of {@link Fault#CREATE_LATE}
   * @param unseen of {@link Fault#FILE_UNSEEN}, {@link Fault#BATCH_UNSEEN}, {@link
   *     Fault#CONTENT_UNSEEN}
   * @param latency of a call; one that times out takes its deadline
   */
  public record Times(
      Duration validation,
      Duration run,
      Duration finish,
      Duration listLag,
      Duration late,
      Duration unseen,
      Duration latency) {}

  public Weather {
    EnumMap<Fault, Double> copy = new EnumMap<>(Fault.class);
    copy.putAll(chances);
    chances = copy;
  }

  /** Nothing goes wrong, and calls take no time. */
  public static Weather calm() {
    Times times =
        new Times(
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            Duration.ZERO);
    return new Weather(Map.of(), 1, times, true);
  }

  /**
   * Everything goes wrong, and a late create is listed before the settle time is over: who waits
   * for that long (in true time: the wall clock may not jump over it) never pays twice.
   */
  public static Weather strict(Duration settle) {
    Duration third = settle.dividedBy(3);
    return stormy(third, third, false);
  }

  /**
   * Everything goes wrong, creates may act long after the settle time, and only deleting the file
   * before creating anew keeps from paying twice, whatever the wall clock does.
   */
  public static Weather fenced(Duration settle) {
    return stormy(settle, settle.multipliedBy(4), true);
  }

  /** The list may lag behind for longer than the settle time, and no fence holds. */
  public static Weather lax(Duration settle) {
    return stormy(settle.multipliedBy(3), settle.multipliedBy(4), false);
  }

  private static Weather stormy(Duration lag, Duration late, boolean deletionStopsValidation) {
    EnumMap<Fault, Double> chances = new EnumMap<>(Fault.class);
    for (Fault fault : Fault.values()) {
      chances.put(fault, 0.04);
    }
    for (Fault common :
        new Fault[] {
          Fault.LIST_LAG, Fault.LIST_SHUFFLED, Fault.LINES_SHUFFLED, Fault.FILE_ID_EMPTY
        }) {
      chances.put(common, 0.5);
    }
    chances.put(Fault.KEY_REFUSED, 0.01);
    chances.put(Fault.QUOTA, 0.01);
    chances.put(Fault.LINE_REFUSED, 0.01);
    Times times =
        new Times(
            Duration.ofMinutes(5),
            Duration.ofHours(2),
            Duration.ofMinutes(5),
            lag,
            late,
            Duration.ofMinutes(3),
            Duration.ofSeconds(3));
    return new Weather(chances, 3, times, deletionStopsValidation);
  }

  /** The same once nothing new goes wrong; lines that were never valid stay so. */
  public Weather calmed() {
    return new Weather(
        Map.of(Fault.LINE_REFUSED, chance(Fault.LINE_REFUSED)), 1, times, deletionStopsValidation);
  }

  /** The chance of a fault. */
  public double chance(Fault fault) {
    return chances.getOrDefault(fault, 0.0);
  }

  /** The same with another chance of one fault. */
  public Weather with(Fault fault, double chance) {
    EnumMap<Fault, Double> copy = new EnumMap<>(Fault.class);
    copy.putAll(chances);
    copy.put(fault, chance);
    return new Weather(copy, createFactor, times, deletionStopsValidation);
  }

  /** The same with other times. */
  public Weather with(Times other) {
    return new Weather(chances, createFactor, other, deletionStopsValidation);
  }
}
