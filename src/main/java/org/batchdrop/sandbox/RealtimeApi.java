package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.time.InstantSource;

/** The endpoints that answer one request at once, with the answers that batches give. */
final class RealtimeApi {
  private final Answers answers;
  private final Ledger ledger;
  private final InstantSource clock;
  private final int maxBodyBytes;

  RealtimeApi(Answers answers, Ledger ledger, InstantSource clock, int maxBodyBytes) {
    this.answers = answers;
    this.ledger = ledger;
    this.clock = clock;
    this.maxBodyBytes = maxBodyBytes;
  }

  void answer(Call call, Endpoint endpoint) throws IOException {
    RequestBody body = parse(call.body(maxBodyBytes));
    Reply reply = answers.reply(endpoint, body, clock.millis() / 1000);
    String customId = call.header("X-Client-Request-Id").orElse(call.requestId());
    ledger.executedRealtime(customId, reply);
    call.reply(reply.status(), reply::writeBody);
  }

  private static RequestBody parse(byte[] bytes) throws IOException {
    try (JsonParser json = Json.FACTORY.createParser(bytes)) {
      StrictJson.requireObject(bytes, 0, bytes.length);
      if (json.nextToken() == JsonToken.START_OBJECT) {
        RequestBody body = RequestBodyReader.read(json, bytes, 0);
        if (json.nextToken() == null) {
          return body;
        }
      }
    } catch (JacksonException | CharConversionException | CharacterCodingException e) {
      throw Call.notJson();
    }
    throw Call.notJson();
  }
}
