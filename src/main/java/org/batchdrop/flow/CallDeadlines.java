package org.batchdrop.flow;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Ends each HTTP exchange at its deadline, wherever it hangs: while connecting, in an upload that
 * nobody reads, in headers or in a body that drips. The socket's own time-out knows silence only,
 * and only when reading. A reply that is not read to its end loses its connection; the client would
 * read the rest first, for as long as somebody drips bytes.
 */
final class CallDeadlines implements HttpClientConfigurer, AutoCloseable {

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread thread = new Thread(work, "call-deadlines");
            thread.setDaemon(true);
            return thread;
          });

  /** Camel offers no other way from the exchange to the client's request. */
  @SuppressWarnings("ThreadLocalUsage") // One a daemon: a static one would outlive it.
  private final ThreadLocal<Duration> next = new ThreadLocal<>();

  CallDeadlines() {
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Sets the deadline of the one exchange that this thread makes next. */
  void next(Duration deadline) {
    next.set(deadline);
  }

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    client.addExecInterceptorFirst("call-deadlines", this::execute);
  }

  private ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    Duration deadline =
        Optional.ofNullable(next.get())
            .orElseThrow(() -> new IllegalStateException("a call without a deadline"));
    next.remove();
    Watch watch = new Watch(deadline, (HttpUriRequestBase) scope.originalRequest);
    try {
      ClassicHttpResponse response = chain.proceed(request, scope);
      HttpEntity entity = response.getEntity();
      if (entity == null) {
        watch.stop();
      } else {
        response.setEntity(new Reply(entity, watch));
      }
      return response;
    } catch (IOException e) {
      throw watch.explained(e);
    } catch (HttpException | RuntimeException e) {
      watch.stop();
      throw e;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Looks after one exchange until it is over. */
  private final class Watch {

    private final Duration deadline;
    private final HttpUriRequestBase request;
    private final Future<?> alarm;
    private volatile boolean isLate;

    Watch(Duration deadline, HttpUriRequestBase request) {
      this.deadline = deadline;
      this.request = request;
      this.alarm = timer.schedule(this::cancel, deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancel() {
      isLate = true;
      request.cancel();
    }

    void stop() {
      alarm.cancel(false);
    }

    /** Ends the exchange before its reply was read. */
    void abandon() {
      stop();
      request.cancel();
    }

    IOException explained(IOException failure) {
      stop();
      if (!isLate) {
        return failure;
      }
      IOException late =
          new SocketTimeoutException("not finished within " + deadline.toSeconds() + " s");
      late.addSuppressed(failure);
      return late;
    }
  }

  /** A reply whose stream is the same however often it is asked for. */
  private static final class Reply extends HttpEntityWrapper {

    private final ReplyStream content;

    Reply(HttpEntity entity, Watch watch) throws IOException {
      super(entity);
      content = new ReplyStream(entity.getContent(), watch);
    }

    @Override
    public InputStream getContent() {
      return content;
    }
  }

  /** Tells the watch how the reading went. */
  private static final class ReplyStream extends FilterInputStream {

    private final Watch watch;
    private boolean isOver;

    ReplyStream(InputStream in, Watch watch) {
      super(in);
      this.watch = watch;
    }

    @Override
    public int read() throws IOException {
      try {
        return noted(super.read());
      } catch (IOException e) {
        throw watch.explained(e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return noted(super.read(bytes, offset, length));
      } catch (IOException e) {
        throw watch.explained(e);
      }
    }

    private int noted(int read) {
      if (read < 0) {
        isOver = true;
        watch.stop();
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      if (!isOver) {
        isOver = true;
        watch.abandon();
      }
      super.close();
    }
  }
}
