package org.batchdrop.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.config.Budget;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.ProviderProfile.Credential;
import org.batchdrop.config.Settings;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Limits;
import org.batchdrop.job.PartId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountTest {

  private static final String KEY = "key-0123456789-abcdefghij-secret";
  private static final URI BASE = URI.create("https://api.example.com/v1");
  private static final PartId PART = new PartId(new JobId("20261101-120000-tickets-3fa9c1"), 2, 1);
  private static final Settings.Timeouts TIMEOUTS =
      new Settings.Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(9), Duration.ofSeconds(30));

  @TempDir private Path folder;

  private static ProviderProfile profile(
      Credential credential, String scheme, Optional<String> submissionKey, boolean metadata) {
    return new ProviderProfile(
        "mine",
        "",
        Optional.of(BASE),
        credential,
        "Authorization",
        scheme,
        Map.of("X-Team", "support"),
        Map.of(),
        ProviderProfile.Thinking.UNKNOWN,
        new ProviderProfile.BatchApi(
            true,
            List.of("/v1/x"),
            Optional.empty(),
            new ProviderProfile.Windows.Between(24, 336),
            "24h",
            10,
            1000,
            100,
            "batch",
            submissionKey,
            metadata ? ProviderProfile.Metadata.ANY : ProviderProfile.Metadata.NONE,
            20,
            Duration.ofSeconds(1),
            ProviderProfile.Habits.USUAL,
            Limits.NONE,
            ProviderProfile.Rates.CAREFUL,
            Optional.empty()),
        ProviderProfile.RealtimeApi.USUAL,
        Duration.ofSeconds(1),
        Optional.empty(),
        Budget.NONE);
  }

  private static Account account(Optional<String> submissionKey, boolean metadata) {
    Credential none = new Credential.None();
    return new Account(
        profile(none, "Bearer", submissionKey, metadata), BASE, Secret.of(KEY), TIMEOUTS);
  }

  private static Account account() {
    return account(Optional.of("batchdrop"), true);
  }

  private static JsonNode body(Call call) throws IOException {
    return new ObjectMapper().readTree(((Call.Body.Json) call.body()).text());
  }

  @Test
  void modelsAndFilesAreReadPageByPage() {
    assertThat(account().models().uri()).hasToString(BASE + "/models");
    assertThat(account().files(Optional.empty()).uri()).hasToString(BASE + "/files");
    assertThat(account().files(Optional.of("file a")).uri())
        .hasToString(BASE + "/files?after=file%20a");
  }

  @Test
  void aRowIsAskedForAtItsEndpointUnderItsOwnId() {
    Call call = account().request("/v1/chat/completions", "row-7", "{}");

    assertThat(call.method() + " " + call.uri()).isEqualTo("POST " + BASE + "/chat/completions");
    assertThat(call.purpose()).isEqualTo(Call.Purpose.REQUEST);
    assertThat(call.deadline()).isEqualTo(Duration.ofSeconds(30));
    assertThat(call.body()).isEqualTo(new Call.Body.Json("{}"));
    assertThat(call.headers()).containsEntry("X-Client-Request-Id", "row-7");
    assertThat(account().request("/v4/chat", "\u884c", "{}").headers())
        .as("a header holds no such id")
        .doesNotContainKey("X-Client-Request-Id");
    assertThat(account().request("/v4/chat", "x", "{}").uri()).hasToString(BASE + "/v4/chat");
  }

  @Test
  void uploadsUnderANameThatCarriesThePart() {
    Call call = account().upload(Path.of("part.jsonl"), PART);

    assertThat(call.method() + " " + call.uri()).isEqualTo("POST " + BASE + "/files");
    assertThat(call.purpose()).isEqualTo(Call.Purpose.UPLOAD);
    assertThat(call.deadline()).isEqualTo(Duration.ofSeconds(9));
    assertThat(call.body())
        .isEqualTo(
            new Call.Body.Upload(
                Path.of("part.jsonl"),
                "batchdrop.20261101-120000-tickets-3fa9c1.part-0002.g1.jsonl",
                "batch"));
  }

  @Test
  void aBatchCarriesItsSubmissionKeyBesideThePipelinesMetadata() throws IOException {
    Call call =
        account().batch(PART, "file-1", "/v1/x", Optional.of("48h"), Map.of("team", "a\"b"));

    assertThat(call.method() + " " + call.uri()).isEqualTo("POST " + BASE + "/batches");
    assertThat(call.purpose()).isEqualTo(Call.Purpose.BATCH);
    assertThat(body(call).path("input_file_id").asText()).isEqualTo("file-1");
    assertThat(body(call).path("endpoint").asText()).isEqualTo("/v1/x");
    assertThat(body(call).path("completion_window").asText()).isEqualTo("48h");
    assertThat(body(call).path("metadata").toString())
        .contains("\"team\":\"a\\\"b\"")
        .contains("\"batchdrop\":\"20261101-120000-tickets-3fa9c1/part-0002/1\"");
  }

  @Test
  void theProfileDecidesAboutWindowAndMetadata() throws IOException {
    Map<String, String> own = Map.of("team", "a");
    JsonNode plain =
        body(account(Optional.empty(), false).batch(PART, "f", "/v1/x", Optional.empty(), own));
    JsonNode keyed =
        body(
            account(Optional.of("ds_description"), false)
                .batch(PART, "f", "/v1/x", Optional.empty(), own));

    assertThat(plain.path("completion_window").asText()).isEqualTo("24h");
    assertThat(plain.has("metadata")).isFalse();
    assertThat(keyed.path("metadata").toString())
        .isEqualTo("{\"ds_description\":\"" + PART.submissionKey() + "\"}");
  }

  @Test
  void idsAreEncodedWhateverTheyHold() {
    String id = "a/b?c=d&e f%中#";
    String encoded = "a%2Fb%3Fc%3Dd%26e%20f%25%E4%B8%AD%23";

    assertThat(account().retrieve(id).uri()).hasToString(BASE + "/batches/" + encoded);
    assertThat(account().cancel(id).uri()).hasToString(BASE + "/batches/" + encoded + "/cancel");
    assertThat(account().content(id).uri()).hasToString(BASE + "/files/" + encoded + "/content");
    assertThat(account().delete(id).uri()).hasToString(BASE + "/files/" + encoded);
    assertThat(account().list(Optional.of(id)).uri())
        .hasToString(BASE + "/batches?limit=20&after=" + encoded);
    assertThat(account().list(Optional.empty()).uri()).hasToString(BASE + "/batches?limit=20");
  }

  @Test
  void everyCallHasItsMethod() {
    assertThat(account().retrieve("b").method()).isEqualTo("GET");
    assertThat(account().cancel("b").method()).isEqualTo("POST");
    assertThat(account().content("f").method()).isEqualTo("GET");
    assertThat(account().delete("f").method()).isEqualTo("DELETE");
  }

  @Test
  void everyCallCarriesTheKeyAndTheProfilesHeadersAndNothingElse() {
    Map<String, String> headers = account().retrieve("b").headers();

    assertThat(headers).isEqualTo(Map.of("Authorization", "Bearer " + KEY, "X-Team", "support"));
  }

  @Test
  void withoutASchemeTheKeyStandsAlone() {
    ProviderProfile bare = profile(new Credential.None(), "", Optional.empty(), false);
    Account account = new Account(bare, BASE, Secret.of(KEY), TIMEOUTS);

    assertThat(account.retrieve("b").headers()).containsEntry("Authorization", KEY);
  }

  @Test
  void withoutAKeyThereIsNoHeader() {
    ProviderProfile bare = profile(new Credential.None(), "Bearer", Optional.empty(), false);

    assertThat(new Account(bare, BASE, Secret.NONE, TIMEOUTS).retrieve("b").headers())
        .containsOnlyKeys("X-Team");
  }

  @Test
  void theFingerprintTellsAccountsApartAndHidesTheKey() {
    Account same = account(Optional.empty(), false);
    Account other = new Account(same.profile(), BASE, Secret.of(KEY + "x"), TIMEOUTS);
    Account elsewhere =
        new Account(same.profile(), URI.create(BASE + "2"), Secret.of(KEY), TIMEOUTS);

    assertThat(account().fingerprint()).matches("[0-9a-f]{16}").isEqualTo(same.fingerprint());
    assertThat(other.fingerprint()).isNotEqualTo(same.fingerprint());
    assertThat(elsewhere.fingerprint()).isNotEqualTo(same.fingerprint());
    assertThat(same.toString()).doesNotContain(KEY);
  }

  @Test
  void anAccountThatHasANameStaysTheSameWhenItsKeyChanges() {
    Account named = named("team-a", KEY);

    assertThat(named("team-a", KEY + "x").fingerprint()).isEqualTo(named.fingerprint());
    assertThat(named("team-a", KEY + "x").keyFingerprint()).isNotEqualTo(named.keyFingerprint());
    assertThat(named("team-b", KEY).fingerprint()).isNotEqualTo(named.fingerprint());
    assertThat(named.fingerprint()).matches("[0-9a-f]{16}").isNotEqualTo(account().fingerprint());
    assertThat(
            new Account(named.profile(), URI.create(BASE + "2"), Secret.of(KEY), TIMEOUTS)
                .fingerprint())
        .isNotEqualTo(named.fingerprint());
  }

  private static Account named(String name, String key) {
    ProviderProfile of = account(Optional.empty(), false).profile();
    return new Account(
        new ProviderProfile(
            of.name(),
            of.description(),
            Optional.of(BASE),
            of.credential(),
            of.authHeader(),
            of.authScheme(),
            of.headers(),
            of.query(),
            of.thinking(),
            of.batch(),
            of.realtime(),
            of.pollInterval(),
            Optional.of(name),
            of.budget()),
        BASE,
        Secret.of(key),
        TIMEOUTS);
  }

  @Test
  void aPageIsAskedForByBatchOrByCursor() {
    assertThat(account().listAt("a/b&c").uri().getRawQuery()).endsWith("&cursor=a%2Fb%26c");
    assertThat(account().list(Optional.of("a/b")).uri().getRawQuery()).endsWith("&after=a%2Fb");
  }

  @Test
  void aSecretShowsItselfToNobody() {
    Secret secret = Secret.of("  " + KEY + "\n");

    assertThat(secret.toString()).isEqualTo("***");
    assertThat(secret.header("Bearer")).isEqualTo("Bearer " + KEY);
    assertThat(secret.scrub("sent " + KEY + " and " + KEY.substring(0, 20) + "..."))
        .doesNotContain(KEY.substring(0, 12));
    assertThat(Secret.NONE.scrub("as it is")).isEqualTo("as it is");
    assertThat(Secret.NONE.isPresent()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "two words", "with\nline", "ключ", "tab\there"})
  void aSecretThatCannotBeAHeaderIsRefusedWithoutShowingIt(String found) {
    assertThatThrownBy(() -> Secret.of(found))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .matches("it is empty|it holds spaces or characters that no key has");
  }

  private Secret keyOf(Credential credential, Map<String, String> environment) throws KeyMissing {
    Keyring keyring = new Keyring(folder, name -> Optional.ofNullable(environment.get(name)));
    return keyring.key(profile(credential, "Bearer", Optional.empty(), false));
  }

  @Test
  void aKeyComesFromTheEnvironment() throws KeyMissing {
    Secret key = keyOf(new Credential.Environment("MY_KEY"), Map.of("MY_KEY", KEY));

    assertThat(key.header("")).isEqualTo(KEY);
  }

  @Test
  void aKeyComesFromTheFirstLineOfAFile() throws Exception {
    Files.writeString(folder.resolve("my.key"), KEY + "\nsecond line\n");

    assertThat(keyOf(new Credential.File("my.key"), Map.of()).header("")).isEqualTo(KEY);
  }

  @Test
  void aMissingKeySaysWhereItWasLookedFor() {
    assertThatThrownBy(() -> keyOf(new Credential.Environment("MY_KEY"), Map.of()))
        .isInstanceOf(KeyMissing.class)
        .hasMessageContaining("provider mine has no key: environment variable MY_KEY is not set");
    assertThatThrownBy(() -> keyOf(new Credential.File("no.key"), Map.of()))
        .isInstanceOf(KeyMissing.class)
        .hasMessageContaining("file no.key can't be read");
    assertThatThrownBy(
            () -> keyOf(new Credential.Environment("MY_KEY"), Map.of("MY_KEY", "a b " + KEY)))
        .isInstanceOf(KeyMissing.class)
        .hasMessageContaining("MY_KEY holds no key")
        .hasMessageNotContaining(KEY);
  }

  @Test
  void noKeyIsNoSecret() throws KeyMissing {
    assertThat(keyOf(new Credential.None(), Map.of()).isPresent()).isFalse();
  }

  @Test
  void aDownloadIsStoredWhole() throws IOException {
    Path target = folder.resolve("output.jsonl");
    byte[] bytes = new byte[200_000];

    assertThat(Download.store(new ByteArrayInputStream(bytes), target, bytes.length, Secret.NONE))
        .isEqualTo(bytes.length);
    assertThat(target).hasBinaryContent(bytes);
    assertThat(Download.store(new ByteArrayInputStream(new byte[3]), target, -1, Secret.NONE))
        .isEqualTo(3);
    assertThat(target).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 99, 101})
  void aDownloadOfAnotherLengthLeavesNothing(long announced) throws IOException {
    Path target = folder.resolve("output.jsonl");

    assertThatThrownBy(
            () ->
                Download.store(
                    new ByteArrayInputStream(new byte[100]), target, announced, Secret.NONE))
        .isInstanceOf(EOFException.class)
        .hasMessage("download ended after 100 of " + announced + " bytes");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
