package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.batchdrop.job.Money;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.batchdrop.result.DeliveryOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job did cost is one amount, or there is a reason why not. */
class CostsTest {

  private static final BatchEnd END =
      new BatchEnd("completed", Optional.empty(), Optional.empty(), "c", "m");

  @TempDir private Path root;
  private Bench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench(root);
    bench.job(2);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Part collected(int number, String spent) {
    Part part = bench.put(number, new PartState.Collected("f", "b" + number, END));
    return part.with(
        part.purchase().settled(Optional.of(spent).flatMap(text -> Money.parse(text))));
  }

  @Test
  void amountsOfOneCurrencyAreAdded() throws IOException {
    DeliveryOrder.Cost cost =
        bench.costs.whole(List.of(collected(1, "1.50 USD"), collected(2, "0.25 USD")));

    assertThat(cost.spent()).isEqualTo(Money.parse("1.75 USD"));
    assertThat(cost.unknown()).isEmpty();
  }

  @Test
  void severalCurrenciesAreNoSumAndAreNamed() throws IOException {
    DeliveryOrder.Cost cost =
        bench.costs.whole(List.of(collected(1, "1 USD"), collected(2, "1 CNY")));

    assertThat(cost.spent()).isEmpty();
    assertThat(cost.unknown()).contains("several currencies: CNY, USD");
  }

  @Test
  void oneUnknownAmountMakesTheSumUnknownForItsReason() throws IOException {
    DeliveryOrder.Cost cost = bench.costs.whole(List.of(collected(1, "1 USD"), collected(2, "")));

    assertThat(cost.spent()).isEmpty();
    assertThat(cost.unknown()).contains("prices.yaml");
  }

  @Test
  void aPriceThatCameTooLateIsSaid() throws IOException {
    List<Part> parts = List.of(collected(1, ""));
    bench.write("prices.yaml", Bench.PRICES);

    assertThat(bench.costs.whole(parts).unknown()).contains("was not known when");
  }
}
