package io.sparkwasm.spark;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the lease object says, as lines {@code key=value}. No two versions are the same text, since ETags may be made
 * from the text alone.
 */
final class LeaseRecord {
  private static final int FORMAT = 1;

  /** Who: stays the same when a Master comes back. */
  final String holder;
  /** One life of one process. */
  final String session;
  /** Counts leaders; 0 when it is not known. */
  final long epoch;
  /** Counts this session's writes of the lease. */
  final long sequence;
  final long leaseMillis;
  final boolean released;
  /** The URL of the leader's web UI; empty until it is known. */
  final String ui;

  LeaseRecord(String holder, String session, long epoch, long sequence, long leaseMillis, boolean released, String ui) {
    this.holder = holder;
    this.session = session;
    this.epoch = epoch;
    this.sequence = sequence;
    this.leaseMillis = leaseMillis;
    this.released = released;
    this.ui = ui;
  }

  /** Nobody's: what stands for a text that is not a lease. It has to run out like any other. */
  static LeaseRecord unreadable() {
    return new LeaseRecord("(an object that is not a lease)", "", 0, 0, 0, false, "");
  }

  String text() {
    return "format=" + FORMAT + "\nholder=" + holder + "\nsession=" + session + "\nepoch=" + epoch
        + "\nsequence=" + sequence + "\nleaseMillis=" + leaseMillis + "\nreleased=" + released + "\nui=" + ui + "\n";
  }

  static LeaseRecord parse(String text) {
    Map<String, String> values = new TreeMap<>();
    for (String line : text.split("\n")) {
      int sign = line.indexOf('=');
      if (sign > 0) {
        values.put(line.substring(0, sign), line.substring(sign + 1));
      }
    }
    try {
      long epoch = Long.parseLong(values.get("epoch"));
      long leaseMillis = Long.parseLong(values.get("leaseMillis"));
      if (values.containsKey("holder") && values.containsKey("session") && epoch > 0 && leaseMillis > 0) {
        return new LeaseRecord(values.get("holder"), values.get("session"), epoch,
            Long.parseLong(values.get("sequence")), leaseMillis, Boolean.parseBoolean(values.get("released")),
            values.getOrDefault("ui", ""));
      }
    } catch (NumberFormatException ignored) {
      // a missing value, too
    }
    return unreadable();
  }
}
