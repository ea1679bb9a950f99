package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.batchdrop.provider.BatchView;
import org.batchdrop.provider.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path root;
  private Bench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Listing walk(String... wanted) {
    return new Listing(bench.account(), Instant.ofEpochSecond(1000), Set.of(wanted));
  }

  private static Reply page(String json) throws JsonProcessingException {
    return new Reply.Done(JSON.readTree(json.replace('\'', '"')));
  }

  private static Listing take(Listing listing, String json) throws JsonProcessingException {
    listing.take(page(json));
    return listing;
  }

  @Test
  void goesOnBehindTheLastBatchUntilThereAreNoMore() throws IOException {
    Listing listing = walk();
    assertThat(listing.isMore()).isTrue();
    assertThat(listing.nextPage().uri()).hasQuery("limit=100");

    take(listing, "{'data':[{'id':'a'},{'id':'b'}],'has_more':true}");
    assertThat(listing.isMore()).isTrue();
    assertThat(listing.nextPage().uri()).hasQuery("limit=100&after=b");

    take(listing, "{'data':[{'id':'c'}],'has_more':false}");
    assertThat(listing.isMore()).isFalse();
    assertThat(listing.failure()).isEmpty();
    assertThat(listing.found()).extracting(BatchView::id).containsExactly("a", "b", "c");
  }

  @Test
  void followsTheProvidersOwnCursor() throws IOException {
    Listing listing = take(walk(), "{'data':[{'id':'a'}],'paging':{'next_cursor':'c&2'}}");
    assertThat(listing.nextPage().uri().getRawQuery()).isEqualTo("limit=100&cursor=c%262");

    take(listing, "{'data':[{'id':'b'}],'paging':{'next_cursor':null}}");
    assertThat(listing.isMore()).isFalse();
    assertThat(listing.found()).hasSize(2);
  }

  @Test
  void asksOnceMoreWhereThePageDoesNotSayThatItIsTheLast() throws IOException {
    Listing listing = take(walk(), "[{'id':'a'},{'id':'b'}]");
    assertThat(listing.isMore()).isTrue();
    assertThat(listing.nextPage().uri()).hasQuery("limit=100&after=b");

    take(listing, "[{'id':'a'},{'id':'b'}]");
    assertThat(listing.isMore()).isFalse();
    assertThat(listing.failure()).isEmpty();
  }

  @Test
  void anEmptyPageEndsAListThatSaysNothing() throws IOException {
    Listing listing = take(take(walk(), "{'data':[{'id':'a'}]}"), "{'data':[]}");

    assertThat(listing.isMore()).isFalse();
    assertThat(listing.failure()).isEmpty();
  }

  @Test
  void aListThatRepeatsItselfAndPromisesMoreIsNotBelieved() throws IOException {
    String page = "{'data':[{'id':'a'}],'has_more':true}";
    Listing listing = take(take(walk(), page), page);

    assertThat(listing.isMore()).isFalse();
    assertThat(listing.failure().map(Reply::why))
        .hasValueSatisfying(why -> assertThat(why).contains("nothing but"));
    assertThat(listing.isWithoutList()).isTrue();
  }

  @Test
  void aListWithoutEndIsNotBelieved() throws IOException {
    Listing listing = walk();
    int pages = 0;
    while (listing.isMore()) {
      take(listing, "{'data':[{'id':'b" + pages++ + "'}],'has_more':true}");
    }

    assertThat(pages).isEqualTo(1000);
    assertThat(listing.failure().map(Reply::why)).contains("the list goes on after 1000 pages");
  }

  @Test
  void whatHoldsNoListSaysNothingAboutBatches() throws IOException {
    Listing listing = take(walk(), "{'error':{'message':'m'}}");

    assertThat(listing.isMore()).isFalse();
    assertThat(listing.failure()).containsInstanceOf(Reply.Later.class);
    assertThat(listing.isWithoutList()).isTrue();
  }

  @Test
  void endsWhenEverythingWantedWasSeen() throws IOException {
    assertThat(take(walk("a"), "{'data':[{'id':'a'}],'has_more':true}").isMore()).isFalse();
    assertThat(take(walk("z"), "{'data':[{'id':'a'}],'has_more':true}").isMore()).isTrue();
  }

  @Test
  void endsWhereAWholePageIsTooOld() throws IOException {
    String old = "{'id':'a','created_at':999}";
    String fresh = "{'id':'b','created_at':1000}";
    String undated = "{'id':'c'}";

    assertThat(take(walk(), "{'data':[" + old + "],'has_more':true}").isMore()).isFalse();
    assertThat(take(walk(), "{'data':[" + old + "," + fresh + "],'has_more':true}").isMore())
        .isTrue();
    assertThat(take(walk(), "{'data':[" + old + "," + undated + "],'has_more':true}").isMore())
        .isTrue();
  }

  @Test
  void aFailureEndsTheWalkAndIsKept() {
    Reply failure = new Reply.Later(Reply.Cause.BUSY, "later", Optional.empty());
    Listing listing = walk();
    listing.take(failure);

    assertThat(listing.isMore()).isFalse();
    assertThat(listing.failure()).contains(failure);
    assertThat(listing.isWithoutList()).isFalse();
  }

  @Test
  void aWalkThatCannotBeMadeSaysSo() {
    assertThat(walk().skipped().failure()).isEmpty();
    assertThat(walk().skipped().isWithoutList()).isFalse();
    Listing impossible = walk().impossible();
    assertThat(impossible.isMore()).isFalse();
    assertThat(impossible.isWithoutList()).isTrue();
  }

  @Test
  void aRefusalIsNoEmptyList() {
    Listing missing = walk();
    missing.take(new Reply.Never("not_found", "HTTP 404", 404));
    assertThat(missing.failure()).containsInstanceOf(Reply.Never.class);
  }
}
