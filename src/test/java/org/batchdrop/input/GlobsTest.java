package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "**/*.c a.c true",
        "**/*.c src/a.c true",
        "**/*.c src/x/a.c true",
        "**/*.c a.cpp false",
        "*.c a.c true",
        "*.c src/a.c false",
        "src/** src/x/a.c true",
        "src/** other/a.c false",
        "**/test/** a/test/b.c true",
        "**/test/** test/b.c true",
        "**/*.{c,h} src/a.h true",
        "**/*.{c,h} src/a.hh false",
        "a?.c ab.c true",
        "a?.c a/.c false",
        "[a-c].c b.c true",
        "[!a-c].c b.c false",
        "a.c abc false",
        "a,b a,b true",
        "f(x)+$.c f(x)+$.c true"
      })
  void aGlobFitsTheWholePath(String glob, String path, boolean fits) {
    assertThat(new Globs(List.of(glob), List.of()).matches(path)).isEqualTo(fits);
    assertThat(new Globs(List.of(), List.of(glob)).matches(path)).isEqualTo(!fits);
  }
}
