package org.batchdrop.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.job.PartId;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.Replies;
import org.batchdrop.provider.Reply;
import org.batchdrop.sim.SimDisk.Ordering;
import org.junit.jupiter.api.Test;

/** What the ledger says of rows that are asked for one by one: a judge that can't fail is none. */
class SimAskTest {

  private static final String ROW = "row-1";
  private static final String URL = "/v1/chat/completions";

  private final SimClock clock = new SimClock();
  private final SimDisk disk = new SimDisk(clock, Ordering.PREFIX);
  private final Account account = SimAccount.of(Duration.ofMinutes(10), 3);
  private final PartId part = new PartId(Buyer.JOB, 1, 1);

  private SimProvider provider(Weather weather) {
    return new SimProvider(clock, weather, 1);
  }

  private static Weather always(Fault fault) {
    return Weather.calm().with(fault, 1);
  }

  /** Asks, and hears what the provider says. */
  private Call ask(SimProvider provider) {
    Call call = account.request(URL, ROW, Buyer.body(ROW));
    provider.replied(call, provider.perform(call, Optional.empty(), Buyer.JOB.value()));
    return call;
  }

  private void askAndKeep(SimProvider provider) {
    provider.kept(ask(provider));
  }

  private String batch(SimProvider provider) throws IOException {
    String line = "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":%s}%n";
    Path file =
        Files.writeString(disk.path("/part.jsonl"), line.formatted(ROW, URL, Buyer.body(ROW)));
    String id = id(provider.perform(account.upload(file, part), Optional.empty()));
    return id(
        provider.perform(
            account.batch(part, id, URL, Optional.empty(), Map.of()), Optional.empty()));
  }

  private static String id(Reply reply) {
    return BatchView.of(((Reply.Done) reply).body()).orElseThrow().id();
  }

  private static void assertBroken(SimProvider provider, String... rules) {
    List<String> broken = provider.judge();
    assertThat(broken).hasSameSizeAs(rules);
    for (int i = 0; i < rules.length; i++) {
      assertThat(broken.get(i)).contains(rules[i]);
    }
  }

  @Test
  void aCallIsAnsweredAtOnceWithWhatItAsked() {
    SimProvider provider = provider(Weather.calm());
    Call call = account.request(URL, ROW, Buyer.body(ROW));
    Reply reply = provider.perform(call, Optional.empty(), Buyer.JOB.value());

    assertThat(reply).isInstanceOf(Reply.Answer.class);
    assertThat(((Reply.Answer) reply).body()).contains(ROW + " text");
    assertThat(provider.ledger().executions(Buyer.JOB.value(), ROW)).isEqualTo(1);
    assertThat(provider.judge()).isEmpty();
  }

  @Test
  void aRowThatHasItsAnswerIsNotAskedForAgain() {
    SimProvider provider = provider(Weather.calm());
    askAndKeep(provider);
    askAndKeep(provider);

    assertBroken(provider, "is asked for in call-2", "is paid again in call-2");
  }

  @Test
  void anAnswerThatWasKeptStaysSoWhenTheClientDies() {
    SimProvider provider = provider(Weather.calm());
    askAndKeep(provider);
    provider.died();
    askAndKeep(provider);

    assertBroken(provider, "is asked for in call-2", "is paid again in call-2");
  }

  @Test
  void whatWasUnderWayWhenTheClientDiedMayBeAskedForAgain() {
    SimProvider provider = provider(Weather.calm());
    Call unheard = account.request(URL, ROW, Buyer.body(ROW));
    assertThat(provider.perform(unheard, Optional.empty(), Buyer.JOB.value())).isNotNull();
    provider.died();
    Call unkept = ask(provider);
    provider.died();
    askAndKeep(provider);

    assertThat(unkept).isNotSameAs(unheard);
    assertThat(provider.ledger().executions()).isEqualTo(3);
    assertThat(provider.judge()).isEmpty();
  }

  @Test
  void twoCallsForOneRowAtOnceAreCaught() {
    SimProvider provider = provider(Weather.calm());
    Call first = account.request(URL, ROW, Buyer.body(ROW));
    assertThat(provider.perform(first, Optional.empty(), Buyer.JOB.value())).isNotNull();
    askAndKeep(provider);

    assertBroken(provider, "I2: row row-1", "is paid again in call-2");
  }

  @Test
  void aLostReplyAllowsOneMoreCall() {
    SimProvider provider = provider(always(Fault.REPLY_LOST));
    askAndKeep(provider);
    askAndKeep(provider);
    assertThat(provider.judge()).isEmpty();
    askAndKeep(provider);

    assertBroken(provider, "is asked for once too often");
  }

  @Test
  void aLostReplyThatWasAnAnswerIsNoAnswer() {
    SimProvider provider = provider(Weather.calm());
    Call call = account.request(URL, ROW, Buyer.body(ROW));
    Reply lost = provider.perform(call, Optional.empty(), Buyer.JOB.value());
    assertThat(lost).isInstanceOf(Reply.Answer.class);
    provider.replied(call, Replies.failed(call, new IOException("reset")));
    provider.kept(call);
    askAndKeep(provider);

    assertThat(provider.judge()).isEmpty();
  }

  @Test
  void aRowThatFailsIsAskedForThreeTimes() {
    SimProvider provider = provider(always(Fault.ROW_FAILED));
    for (int i = 0; i < 3; i++) {
      askAndKeep(provider);
    }
    assertThat(provider.judge()).isEmpty();
    askAndKeep(provider);

    assertBroken(provider, "is asked for once too often");
  }

  @Test
  void aCallThatIsRefusedForNowCountsAsNone() {
    SimProvider provider = provider(always(Fault.THROTTLED));
    for (int i = 0; i < 9; i++) {
      askAndKeep(provider);
    }
    provider.weather(Weather.calm());
    askAndKeep(provider);

    assertThat(provider.ledger().executions()).isEqualTo(1);
    assertThat(provider.judge()).isEmpty();
  }

  @Test
  void noRowOfALiveBatchIsAskedFor() throws IOException {
    SimProvider provider = provider(Weather.calm());
    assertThat(batch(provider)).isNotEmpty();
    askAndKeep(provider);

    assertThat(provider.judge().get(0)).startsWith("I2: row row-1").contains("call-1");
  }

  @Test
  void noRowThatABatchHasAnsweredIsAskedFor() throws IOException {
    SimProvider provider = provider(Weather.calm());
    String batch = batch(provider);
    clock.advance(Duration.ofHours(1));
    provider.catchUp();
    askAndKeep(provider);

    assertBroken(provider, "I1: row row-1", "is paid again in call-1");
    assertThat(provider.judge().get(0)).contains(batch).endsWith("answered");
  }

  @Test
  void noRowWhoseCallWasAnsweredIsBoughtInABatch() throws IOException {
    SimProvider provider = provider(Weather.calm());
    askAndKeep(provider);
    String batch = batch(provider);
    clock.advance(Duration.ofHours(1));
    provider.catchUp();

    assertBroken(provider, "is paid again in " + batch);
  }
}
