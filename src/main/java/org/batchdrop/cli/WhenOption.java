package org.batchdrop.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import org.batchdrop.config.Units;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A point in time as people write it: {@code 2026-11-24}, {@code 2026-11-24T08:00}, the same with
 * {@code Z} or an offset, or an age as {@code 7d}. Without an offset it is local time.
 */
final class WhenOption implements ITypeConverter<Instant> {

  private final InstantSource clock;
  private final ZoneId zone;

  WhenOption() {
    this(InstantSource.system(), ZoneId.systemDefault());
  }

  WhenOption(InstantSource clock, ZoneId zone) {
    this.clock = clock;
    this.zone = zone;
  }

  @Override
  public Instant convert(String text) {
    Optional<Instant> age = Units.parseDuration(text).map(clock.instant()::minus);
    if (age.isPresent()) {
      return age.get();
    }
    try {
      if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
        return LocalDate.parse(text).atStartOfDay(zone).toInstant();
      }
      return text.matches(".*T.*([Zz]|[+-][0-9]{2}:[0-9]{2})")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "'" + text + "' is no time; expected 2026-11-24, 2026-11-24T08:00 or an age as 7d");
    }
  }
}
