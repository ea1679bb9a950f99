package org.batchdrop.flow;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Drops the connection of a reply that was not read to its end. The client would read the rest
 * before it uses the connection again, and so hold a thread for as long as somebody drips bytes.
 */
public final class UnreadReplies implements HttpClientConfigurer {

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    client.addExecInterceptorFirst("unread-replies", UnreadReplies::execute);
  }

  private static ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    ClassicHttpResponse response = chain.proceed(request, scope);
    HttpEntity entity = response.getEntity();
    if (entity != null) {
      response.setEntity(new Reply(entity, scope.execRuntime));
    }
    return response;
  }

  /** A reply whose stream is the same however often it is asked for. */
  private static final class Reply extends HttpEntityWrapper {

    private final ReplyStream content;

    Reply(HttpEntity entity, ExecRuntime runtime) throws IOException {
      super(entity);
      content = new ReplyStream(entity.getContent(), runtime);
    }

    @Override
    public InputStream getContent() {
      return content;
    }
  }

  /** Knows whether it was read to its end. */
  private static final class ReplyStream extends FilterInputStream {

    private final ExecRuntime runtime;
    private boolean isAtEnd;

    ReplyStream(InputStream in, ExecRuntime runtime) {
      super(in);
      this.runtime = runtime;
    }

    @Override
    public int read() throws IOException {
      return noted(super.read());
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return noted(super.read(bytes, offset, length));
    }

    private int noted(int read) {
      isAtEnd |= read < 0;
      return read;
    }

    @Override
    public void close() throws IOException {
      if (!isAtEnd) {
        isAtEnd = true;
        runtime.discardEndpoint();
      }
      super.close();
    }
  }
}
