package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Event;
import org.batchdrop.journal.ParkedAccount;
import org.batchdrop.provider.Reply;
import org.batchdrop.provider.Reply.Cause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who waits for what: accounts, parts, rates, the disk. */
class ParkingTest {

  @TempDir private Path root;
  private Bench bench;
  private Parking parking;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
    bench.job(2);
    parking = bench.parking;
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private ParkedAccount parked() {
    return bench.journal.parkedAccounts().get(0);
  }

  private boolean holds(int number) {
    return parking.holds(bench.part(number), bench.account());
  }

  @ParameterizedTest
  @EnumSource
  void onlyMoneyAndKeyParkAnAccount(Cause cause) {
    assertThat(Parking.isAccountRefused(Bench.later(cause)))
        .isEqualTo(cause == Cause.KEY_REFUSED || cause == Cause.QUOTA_EXHAUSTED);
  }

  @Test
  void anAccountIsParkedOnceAndRemembersSinceWhen() {
    Instant since = bench.clock.instant();
    parking.refused(bench.account(), Bench.later(Cause.QUOTA_EXHAUSTED));
    bench.clock.pass(Duration.ofHours(1));
    parking.refused(bench.account(), Bench.later(Cause.KEY_REFUSED));

    assertThat(bench.journal.parkedAccounts()).hasSize(1);
    assertThat(parked().since()).isEqualTo(since);
    assertThat(parked().code()).isEqualTo("key_refused");
    assertThat(parked().look()).isEqualTo(bench.clock.instant().plus(bench.settings.parkedLook()));
    assertThat(parked().toString()).doesNotContain(Bench.KEY);
  }

  @Test
  void aLongerPauseThatTheProviderAskedForIsKept() {
    Duration asked = bench.settings.parkedLook().multipliedBy(2);
    parking.refused(
        bench.account(), new Reply.Later(Cause.KEY_REFUSED, "words", Optional.of(asked)));

    assertThat(parked().look()).isEqualTo(bench.clock.instant().plus(asked));
  }

  @Test
  void everyPartWaitsAndOneOfThemFindsOut() {
    assertThat(holds(1)).isFalse();
    parking.refused(bench.part(1), bench.account(), Bench.later(Cause.QUOTA_EXHAUSTED));
    assertThat(bench.part(1).pause().parked()).isTrue();
    assertThat(holds(2)).isTrue();
    assertThat(bench.part(2).pause().reason()).contains("its account is parked: words");
    bench.clock.pass(bench.settings.parkedLook());
    assertThat(holds(1)).as("this one finds out").isFalse();
    assertThat(holds(2)).as("the others wait for it").isTrue();
    parking.works(bench.account());
    assertThat(bench.journal.parkedAccounts()).isEmpty();
    assertThat(bench.part(2).pause().due()).isEqualTo(bench.clock.instant());
    assertThat(holds(2)).isFalse();
    parking.works(bench.account());
  }

  @Test
  void aNewKeyOfTheSameAccountGoesOnAtOnce() {
    bench.profile("account: team-a");
    parking.refused(bench.account(), Bench.later(Cause.KEY_REFUSED));
    parking.review();
    assertThat(bench.journal.parkedAccounts()).as("the same key").hasSize(1);
    bench.environment.put("BENCH_KEY", Bench.KEY + "-new");
    assertThat(holds(1)).isFalse();
    assertThat(bench.journal.parkedAccounts()).isEmpty();
  }

  @Test
  void aReviewReleasesAccountsWhoseKeyWasChanged() {
    bench.profile("account: team-a");
    parking.refused(bench.account(), Bench.later(Cause.KEY_REFUSED));
    bench.environment.put("BENCH_KEY", Bench.KEY + "-new");
    parking.review();

    assertThat(bench.journal.parkedAccounts()).isEmpty();
  }

  @Test
  void anotherAccountsKeyReleasesNothing() {
    parking.refused(bench.account(), Bench.later(Cause.KEY_REFUSED));
    bench.environment.put("BENCH_KEY", Bench.KEY + "-new");
    parking.review();
    assertThat(bench.journal.parkedAccounts()).hasSize(1);
    bench.environment.clear();
    parking.review();
    assertThat(bench.journal.parkedAccounts()).hasSize(1);
  }

  @Test
  void aParkedPartIsToldOnceUntilTheReasonChanges() {
    Instant look = bench.clock.instant().plusSeconds(60);
    bench.attempts.park(bench.part(1), look, "a reason");
    long version = bench.part(1).version();
    bench.attempts.park(bench.part(1), look.plusSeconds(60), "a reason");
    assertThat(bench.part(1).version()).as("nothing new").isEqualTo(version);
    bench.attempts.park(bench.part(1), look, "another reason");
    assertThat(bench.part(1).version()).isEqualTo(version + 1);
    bench.clock.pass(Duration.ofSeconds(60));
    bench.attempts.park(bench.part(1), look.plusSeconds(60), "another reason");
    assertThat(bench.part(1).pause().due()).as("looked at again").isEqualTo(look.plusSeconds(60));
    assertThat(bench.journal.events(Bench.JOB)).extracting(Event::detail).isNotEmpty();
  }

  @Test
  void aTryWaitsLongerEachTimeUnlessTheProviderSaysHowLong() {
    Instant now = bench.clock.instant();
    bench.attempts.later(bench.part(1), Bench.later(Cause.UNAVAILABLE));
    Instant first = bench.part(1).pause().due();
    bench.attempts.later(bench.part(1), Bench.later(Cause.UNAVAILABLE));
    Instant second = bench.part(1).pause().due();
    assertThat(Duration.between(now, second)).isGreaterThan(Duration.between(now, first));
    Reply.Later asked = new Reply.Later(Cause.BUSY, "words", Optional.of(Duration.ZERO));
    bench.attempts.later(bench.part(1), asked);
    assertThat(bench.part(1).pause().due()).isEqualTo(now);
    assertThat(bench.part(1).pause().tries()).isEqualTo(3);
    bench.attempts.waiting(bench.part(1), Duration.ofHours(1), "its turn");
    assertThat(bench.part(1).pause().tries()).isEqualTo(3);
  }

  @Test
  void aPartBelongsToTheAccountThatUploadedIt() {
    assertThat(bench.attempts.isOwn(bench.part(1), bench.account())).isTrue();
    Part bought = bench.put(1, new PartState.Live("f", "b"));
    assertThat(bench.attempts.isOwn(bought, bench.account())).isTrue();
    bench.environment.put("BENCH_KEY", Bench.KEY + "-new");
    assertThat(bench.attempts.isOwn(bought, bench.account())).isFalse();
    assertThat(bench.part(1).pause().parked()).isTrue();
  }

  @Test
  void aMinuteHasSoManyCalls() {
    Rates rates = bench.rates;
    assertThat(rates.pause("a", "poll")).isEqualTo(Duration.ZERO);
    assertThat(rates.take("a", "poll", 10, 7)).isEqualTo(7);
    assertThat(rates.take("a", "poll", 10, 7)).isEqualTo(3);
    assertThat(rates.take("a", "poll", 10, 1)).isZero();
    assertThat(rates.take("b", "poll", 10, 1)).as("another account").isEqualTo(1);
    assertThat(rates.take("a", "upload", 10, 1)).as("another kind").isEqualTo(1);
    assertThat(rates.take("a", "poll", 2, 1)).as("the profile was changed").isZero();
    bench.clock.pass(Duration.ofSeconds(20));
    assertThat(rates.pause("a", "poll")).isEqualTo(Duration.ofSeconds(40));
    bench.clock.pass(Duration.ofSeconds(40));
    assertThat(rates.take("a", "poll", 10, 4)).isEqualTo(4);
    bench.clock.pass(Duration.ofSeconds(70));
    assertThat(rates.pause("a", "poll")).isEqualTo(Duration.ZERO);
    bench.clock.pass(Duration.ofHours(-1));
    assertThat(rates.take("a", "poll", 10, 10)).as("a clock set back").isEqualTo(10);
  }

  @Test
  void nothingIsBoughtThatTheDiskCouldNotTake() {
    Space space = new Space(bench.home);
    Part part = bench.part(1);
    assertThat(space.refusal(part)).isEmpty();
    Part huge =
        new Part(
            part.id(),
            part.state(),
            new Part.Size(3, 1, 3, Long.MAX_VALUE / 4),
            part.lane(),
            part.endpoint(),
            part.model(),
            part.provider(),
            part.account(),
            part.seen(),
            part.pause(),
            part.purchase(),
            part.version());
    assertThat(space.refusal(huge).orElse("")).startsWith("the disk has ");
    Space elsewhere = new Space(new org.batchdrop.config.Home(root.resolve("gone")));
    assertThat(elsewhere.refusal(part).orElse("")).contains("can't be written");
  }
}
