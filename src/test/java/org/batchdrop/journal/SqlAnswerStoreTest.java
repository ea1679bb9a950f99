package org.batchdrop.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlAnswerStoreTest {

  private static final long PLENTY = 1 << 30;

  @TempDir private Path folder;
  private long now = 1_000;

  private AnswerStore open(long mostBytes) {
    return SqlAnswerStore.open(folder.resolve("p.db"), mostBytes, () -> Instant.ofEpochMilli(now));
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(32).putInt(number).array();
  }

  @Test
  void whatWasKeptIsThereAfterItWasOpenedAgain() {
    try (AnswerStore store = open(PLENTY)) {
      store.keep(key(1), new byte[] {1, 2});
      store.keep(key(1), new byte[] {3});
      assertThat(store.find(key(1))).containsExactly(3);
    }
    try (AnswerStore store = open(PLENTY)) {
      assertThat(store.find(key(1))).containsExactly(3);
      assertThat(store.find(key(2))).isNull();
    }
  }

  @Test
  void twoMayHaveItOpen() {
    try (AnswerStore one = open(PLENTY);
        AnswerStore other = open(PLENTY)) {
      one.keep(key(1), new byte[] {1});
      assertThat(other.find(key(2))).isNull();
    }
    try (AnswerStore store = open(PLENTY)) {
      assertThat(store.find(key(1))).isNotNull();
    }
  }

  @Test
  void theOldestGoWhenItIsFull() throws IOException {
    byte[] answer = new byte[10_000];
    new Random(1).nextBytes(answer);
    for (int i = 1; i <= 60; i++) {
      now += 1;
      try (AnswerStore store = open(200_000)) {
        store.keep(key(i), answer);
      }
    }
    try (AnswerStore store = open(200_000)) {
      assertThat(store.find(key(1))).isNull();
      assertThat(store.find(key(60))).isEqualTo(answer);
    }
    assertThat(Files.size(folder.resolve("p.db"))).isLessThan(300_000);
  }

  @Test
  void aFileThatIsNoStoreIsNamed() throws IOException {
    Files.writeString(folder.resolve("p.db"), "no database, but long enough to look at".repeat(50));

    assertThatThrownBy(() -> open(PLENTY))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("p.db");
  }
}
