package org.batchdrop.flow;

import java.io.IOException;
import java.io.InputStream;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.batchdrop.config.Home;
import org.batchdrop.config.Settings;
import org.batchdrop.config.Units;
import org.batchdrop.input.FetchedInput;
import org.batchdrop.input.InputAddress;
import org.batchdrop.input.InputEntry;
import org.batchdrop.input.StopCheck;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.journal.Journal;

/**
 * Brings the file whose https address was dropped; the steps of {@code fetch-input}. It is fetched
 * once, and never again: the job goes on with what came. An address that fails for now is tried
 * again with growing pauses until {@code batchdrop.give-up-after}; one that is refused rejects the
 * job. The pauses are forgotten at a restart.
 */
public final class Fetching {

  private final Home home;
  private final Settings settings;
  private final Journal journal;
  private final Due due;
  private final PublicAddresses addresses;
  private final CallDeadlines deadlines;
  private final InstantSource clock;
  private final Story story;
  private final Stopping stopping;

  /** Jobs whose address failed for now. */
  private final Waits<JobId> waits;

  Fetching(
      Home home,
      Settings settings,
      Journal journal,
      Due due,
      PublicAddresses addresses,
      CallDeadlines deadlines,
      InstantSource clock,
      Story story,
      Stopping stopping) {
    this.home = home;
    this.settings = settings;
    this.journal = journal;
    this.due = due;
    this.addresses = addresses;
    this.deadlines = deadlines;
    this.clock = clock;
    this.story = story;
    this.stopping = stopping;
    this.waits = new Waits<>(settings.retries(), clock);
  }

  /**
   * Tells whether an address is to be asked now.
   *
   * @throws IOException when the disk fails
   */
  public boolean isDue(@Body JobId id) throws IOException {
    return waits.isDue(id) && due.isToBeFetched(id);
  }

  /**
   * Tells whether the job can go on: its file is here, or was refused.
   *
   * @throws IOException when the disk fails
   */
  public boolean isOver(@Body JobId id) throws IOException {
    return !due.isToBeFetched(id);
  }

  /**
   * Puts the request on the message.
   *
   * @throws InputRejected when what was dropped is no address that may be fetched
   * @throws IOException when it can't be read
   */
  public void write(Exchange exchange) throws IOException, InputRejected {
    JobId id = exchange.getVariable("job", JobId.class);
    InputAddress address = address(id);
    addresses.require(address.uri());
    deadlines.next(settings.timeouts().transfer());
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setHeader("Accept", "*/*");
    message.setHeader("User-Agent", "batchdrop");
    message.setHeader(Exchange.HTTP_METHOD, "GET");
    message.setHeader(Exchange.HTTP_URI, address.uri().toString());
    message.setBody(null);
  }

  /**
   * Stores what came.
   *
   * @throws InputRejected when the address gives no file, or another one than was meant
   * @throws FetchedInput.Broken when it ended too early
   * @throws IOException when the disk fails, or the daemon stops
   */
  public void store(Exchange exchange) throws IOException, InputRejected {
    JobId id = exchange.getVariable("job", JobId.class);
    Message message = exchange.getMessage();
    int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    requireFile(status, message);
    JobFolder folder = home.job(id);
    FetchedInput.Order order =
        new FetchedInput.Order(
            folder,
            address(id),
            message.getHeader("Content-Length", -1L, Long.class),
            settings.fetch().mostBytes(),
            clock.instant());
    FetchedInput fetched;
    try (InputStream in = message.getBody(InputStream.class)) {
      fetched =
          FetchedInput.store(
              in == null ? InputStream.nullInputStream() : in, order, StopCheck.when(stopping));
    }
    waits.forget(id);
    Job job = job(id);
    if (job.problem().isPresent()) {
      journal.change(job, job.withoutProblem(), List.of(), "");
    }
    story.note(
        id,
        "fetched '"
            + fetched.name()
            + "' ("
            + Units.showSize(fetched.bytes())
            + ") from "
            + fetched.address());
  }

  /**
   * Takes a try that failed: the job is rejected, or its address asked again later.
   *
   * @throws IOException when the reasons can't be written
   */
  public void fail(@Variable("job") JobId id, Exchange exchange) throws IOException {
    if (stopping.getAsBoolean()) {
      return;
    }
    Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof InputRejected rejected) {
        refuse(id, rejected);
        return;
      }
      if (at instanceof ForbiddenAddress) {
        refuse(id, rejected("forbidden_address", id, String.valueOf(at.getMessage())));
        return;
      }
      if (at instanceof CertificateException || at instanceof SSLPeerUnverifiedException) {
        String message = "the server is not who it says it is: " + at.getMessage();
        refuse(id, rejected("address_refused", id, message));
        return;
      }
    }
    later(id, reason(cause));
  }

  private static String reason(Throwable cause) {
    if (cause instanceof UnknownHostException) {
      return "no such host: " + cause.getMessage();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private void later(JobId id, String reason) throws IOException {
    Job job = job(id);
    if (!clock.instant().isBefore(job.times().received().plus(settings.giveUpAfter()))) {
      refuse(id, rejected("address_refused", id, "it could not be fetched in time: " + reason));
      return;
    }
    waits.failed(id);
    String problem = "its file can't be fetched yet: " + reason + "; it is tried again";
    if (job.state() instanceof JobState.Received && !job.problem().equals(Optional.of(problem))) {
      journal.change(job, job.withProblem(problem), List.of(), problem);
      story.note(id, problem);
    }
  }

  private void refuse(JobId id, InputRejected rejected) throws IOException {
    waits.forget(id);
    Refusals.refuse(id, rejected, home, journal, story);
  }

  /**
   * Lets only a whole file pass.
   *
   * @throws InputRejected when another try would not help
   * @throws IOException when one may
   */
  private void requireFile(int status, Message message) throws IOException, InputRejected {
    JobId id = message.getExchange().getVariable("job", JobId.class);
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
      throw new IOException("HTTP " + status);
    }
    if (status != 200) {
      throw rejected(
          "address_refused",
          id,
          "it answers HTTP "
              + status
              + "; expected 200 with the file"
              + (status == 401 || status == 403 ? ", from a link that needs no login" : ""));
    }
    Object encoding = message.getHeader("Content-Encoding");
    if (encoding != null && !"identity".equals(encoding)) {
      throw rejected(
          "address_refused",
          id,
          "it sends the file in the encoding '"
              + encoding
              + "', which nobody asked for; expected the file's own bytes");
    }
  }

  private InputRejected rejected(String code, JobId id, String message) {
    String name = job(id).inputName();
    return new InputRejected(
        code, name, "the address in '" + name + "' can't be fetched: " + message);
  }

  private InputAddress address(JobId id) throws IOException, InputRejected {
    return InputAddress.read(InputEntry.of(home.job(id).input()).dropped());
  }

  private Job job(JobId id) {
    return journal.job(id).orElseThrow();
  }
}
