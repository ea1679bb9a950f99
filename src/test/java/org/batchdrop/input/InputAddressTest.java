package org.batchdrop.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.batchdrop.job.InputRejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputAddressTest {

  private static final String HASH = "0123456789abcdef".repeat(4);

  @TempDir private Path folder;

  private InputAddress read(String text) throws IOException, InputRejected {
    return InputAddress.read(Files.writeString(folder.resolve("t.url"), text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://files.example.com/t.csv",
        "\uFEFF  https://files.example.com/t.csv \r\n\r\n",
        "# tickets of May\nhttps://files.example.com/t.csv\n",
        "[InternetShortcut]\r\nIDList=\r\nURL=https://files.example.com/t.csv\r\nIconIndex=0\r\n",
        "[internetshortcut]\nurl=https://files.example.com/t.csv"
      })
  void readsAnAddressAsPeopleAndBrowsersWriteIt(String text) throws Exception {
    InputAddress address = read(text);

    assertThat(address.uri()).hasToString("https://files.example.com/t.csv");
    assertThat(address.sha256()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256: ", "SHA256=", "sha256:"})
  void readsWhatTheFileMustHashTo(String key) throws Exception {
    assertThat(
            read("https://a.example/t.csv\n" + key + HASH.toUpperCase(Locale.ROOT) + "\n").sha256())
        .hasValue(HASH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | there is no address in it",
        "# nothing | there is no address in it",
        "[InternetShortcut] | there is no address in it",
        "http://a.example/t.csv | begins with https://",
        "file:///etc/passwd | begins with https://",
        "ftp://a.example/t | begins with https://",
        "a.example/t.csv | begins with https://",
        "https:/t.csv | no host",
        "https:///t.csv | no host",
        "https://a_b.example/t.csv | no host",
        "https://user@a.example/t.csv | holds a user name",
        "https://user:word@a.example/t.csv | holds a user name",
        "https://a.example/a b.csv | write a space as %20",
        "https://a.example/%zz | no address",
        "sha256: 12 | 64 hexadecimal digits",
      })
  void saysWhatIsWrongWithAnAddress(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InputRejected.class)
        .hasMessageContaining(message)
        .extracting(e -> ((InputRejected) e).problems().get(0).code())
        .isEqualTo("invalid_address");
  }

  @Test
  void takesOneAddressOnly() {
    assertThatThrownBy(() -> read("https://a.example/1\n\nhttps://a.example/2\n"))
        .hasMessageContaining("more than one")
        .extracting(e -> ((InputRejected) e).problems().get(0).location())
        .isEqualTo("t.url:3");
    assertThatThrownBy(() -> read("https://a.example/" + "x".repeat(20_000)))
        .hasMessageContaining("larger than 16 KiB");
  }

  @Test
  void showsNoQueryWhichMayHoldASignature() throws Exception {
    assertThat(read("https://a.example/t.csv?Signature=abc&Expires=1").shown())
        .isEqualTo("https://a.example/t.csv?...");
    assertThat(read("https://a.example:8443/t.csv").shown())
        .isEqualTo("https://a.example:8443/t.csv");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://a.example/d/t.csv?x=1 | t.csv",
        "https://a.example/%E6%95%B0%E6%8D%AE.csv | 数据.csv",
        "https://a.example/数据.csv | 数据.csv",
        "https://a.example/a+b.csv | a+b.csv",
        "https://a.example/d%2F..%2F..%2Fetc | etc",
        "https://a.example/..%00 | _",
        "https://a.example/.hidden | hidden",
        "https://a.example/.. | input",
        "https://a.example/ | input",
        "https://a.example | input",
        "https://a.example/t.URL | input",
        "https://a.example/a%5Cb%3Ac | a_b_c",
      })
  void namesTheFileByTheEndOfItsPathAndNeverBeyondItsFolder(String text, String name)
      throws Exception {
    assertThat(read(text).fileName("input")).isEqualTo(name);
  }

  @Test
  void aLongNameKeepsItsEnd() throws Exception {
    assertThat(read("https://a.example/" + "数".repeat(90) + ".csv").fileName("input"))
        .hasSize(69)
        .endsWith("数.csv");
  }
}
