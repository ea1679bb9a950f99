package org.batchdrop.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState.BatchEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchViewTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static BatchView view(String json) throws JsonProcessingException {
    return BatchView.of(JSON.readTree(json.replace('\'', '"'))).orElseThrow();
  }

  private static BatchPage page(String json) throws JsonProcessingException {
    return BatchPage.of(JSON.readTree(json.replace('\'', '"')));
  }

  @Test
  void readsABatchAsOpenAiShowsIt() throws JsonProcessingException {
    BatchView batch =
        view(
            "{'id':'batch_1','object':'batch','status':'in_progress','input_file_id':'file-1',"
                + "'output_file_id':'file-2','error_file_id':null,'created_at':1700000000,"
                + "'metadata':{'batchdrop':'j/part-0001/1'},'errors':null,"
                + "'request_counts':{'total':10,'completed':7,'failed':2}}");

    assertThat(batch.id()).isEqualTo("batch_1");
    assertThat(batch.inputFile()).contains("file-1");
    assertThat(batch.outputFile()).contains("file-2");
    assertThat(batch.errorFile()).isEmpty();
    assertThat(batch.createdAt()).contains(Instant.ofEpochSecond(1_700_000_000));
    assertThat(batch.metadata()).isEqualTo(Map.of("batchdrop", "j/part-0001/1"));
    assertThat(batch.seen()).isEqualTo(new Part.Seen("in_progress", 7, 2));
    assertThat(batch.hasEnded()).isFalse();
    assertThat(batch.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'b'}",
        "{'id':'b','output_file_id':'','error_file_id':'','input_file_id':'','errors':'','metadata':''}",
        "{'id':'b','output_file_id':null,'error_file_id':null,'metadata':null,'request_counts':null}",
        "{'id':'b','output_file_id':{},'error_file_id':[],'metadata':[],'created_at':''}",
        "{'id':'b','request_counts':12,'errors':{'data':[]},'created_at':'yesterday'}",
        "{'id':'b','errors':[],'metadata':{'k':null,'l':'','m':{}}}"
      })
  void nullAbsentAndEmptyAreTheSame(String json) throws JsonProcessingException {
    BatchView batch = view(json);

    assertThat(batch.inputFile()).isEmpty();
    assertThat(batch.outputFile()).isEmpty();
    assertThat(batch.errorFile()).isEmpty();
    assertThat(batch.createdAt()).isEmpty();
    assertThat(batch.metadata()).isEmpty();
    assertThat(batch.problems()).isEmpty();
    assertThat(batch.seen()).isEqualTo(Part.Seen.NOTHING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'id':''}", "{'id':null}", "[]", "{'data':[]}", "{'id':{}}"})
  void withoutAnIdThereIsNoBatch(String json) throws JsonProcessingException {
    assertThat(BatchView.of(JSON.readTree(json.replace('\'', '"')))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'data':{'id':'b'}}", "{'job':{'id':'b'},'code':0}", "{'id':'b'}"})
  void unwrapsWhatAGatewayWrapped(String json) throws JsonProcessingException {
    assertThat(view(json).id()).isEqualTo("b");
  }

  @Test
  void anIdMayBeANumber() throws JsonProcessingException {
    assertThat(view("{'id':42,'output_file_id':7}").outputFile()).contains("7");
  }

  @ParameterizedTest
  @CsvSource({
    "completed,completed,true",
    "COMPLETED,completed,true",
    "Succeeded,completed,true",
    "success,completed,true",
    "ended,completed,true",
    "failed,failed,true",
    "expired,expired,true",
    "timeout_exceeded,expired,true",
    "cancelled,cancelled,true",
    "canceled,cancelled,true",
    "canceling,cancelling,false",
    "CANCELED,cancelled,true",
    "TIMEOUT_EXCEEDED,expired,true",
    "CANCELLATION_REQUESTED,cancelling,false",
    "in_queue,validating,false",
    "QUEUED,validating,false",
    "Validating,validating,false",
    "PROGRESS,in_progress,false",
    "RUNNING,in_progress,false",
    "validating,validating,false",
    "in_progress,in_progress,false",
    "finalizing,finalizing,false",
    "brand_new,brand_new,false"
  })
  void synonymsOfAStatusAreOne(String word, String status, boolean ended)
      throws JsonProcessingException {
    BatchView batch = view("{'id':'b','status':'" + word + "'}");

    assertThat(batch.status()).isEqualTo(status);
    assertThat(batch.hasEnded()).isEqualTo(ended);
  }

  @Test
  void membersThatNobodyKnowsAreIgnored() throws JsonProcessingException {
    assertThat(
            view(
                "{'id':'b','status':'completed','model':'m','usage':{'total_tokens':7},'version':2,"
                    + "'created_by':{'id':'u'},'remark':null,'results':[1],'finalized_at':'later'}"))
        .isEqualTo(view("{'id':'b','status':'completed'}"));
  }

  @Test
  void aStatusWithoutBoundIsCut() throws JsonProcessingException {
    assertThat(view("{'id':'b','status':'" + "x".repeat(500) + "'}").status()).hasSize(60);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'data':[{'code':'c','message':'m','line':4}]} | c | m (request line 4)",
        "[{'code':'c','message':'m'},{'code':'d'}] | c | m, and 1 more",
        "'all is lost' | batch_failed | all is lost",
        "{'object':'list','data':[{'message':'m','line':null}]} | batch_failed | m",
        "[{}] | batch_failed | no reason given",
        "[{'message':null}] | batch_failed | no reason given",
        "['first','second'] | batch_failed | first, and 1 more",
        "[{'message':'m','count':9}] | batch_failed | m",
        "[{'code':1261,'message':'m'}] | 1261 | m",
      })
  void readsErrorsInEveryShape(String errors, String code, String message)
      throws JsonProcessingException {
    BatchEnd end = view("{'id':'b','status':'failed','errors':" + errors + "}").end();

    assertThat(end.code()).isEqualTo(code);
    assertThat(end.message()).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1700000000",
        "'1700000000'",
        "1700000000.9",
        "'2023-11-14T22:13:20Z'",
        "'2023-11-15T06:13:20+08:00'"
      })
  void readsTimesInEveryForm(String time) throws JsonProcessingException {
    assertThat(view("{'id':'b','created_at':" + time + "}").createdAt())
        .contains(Instant.ofEpochSecond(1_700_000_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775807", "1e30", "-9223372036854775808"})
  void aTimeBeyondAllBoundsIsNone(String time) throws JsonProcessingException {
    assertThat(view("{'id':'b','created_at':" + time + "}").createdAt()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "completed,missing_answer",
    "expired,batch_expired",
    "cancelled,batch_cancelled",
    "failed,batch_failed"
  })
  void rowsInNeitherFileHaveACodeByTheEnding(String status, String code)
      throws JsonProcessingException {
    BatchEnd end = view("{'id':'b','status':'" + status + "','output_file_id':'o'}").end();

    assertThat(end.status()).isEqualTo(status);
    assertThat(end.code()).isEqualTo(code);
    assertThat(end.message()).isNotBlank();
    assertThat(end.outputFile()).contains("o");
  }

  @Test
  void theProvidersOwnReasonComesFirst() throws JsonProcessingException {
    BatchEnd end =
        view("{'id':'b','status':'failed','errors':{'data':[{'code':'c','message':'m'}]}}").end();

    assertThat(end.code()).isEqualTo("c");
    assertThat(end.message()).isEqualTo("m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'data':[{'id':'a'},{'id':'b'}],'has_more':false}",
        "{'value':[{'id':'a'},{'id':'b'}]}",
        "[{'id':'a'},{'id':'b'}]",
        "{'data':[{'id':'a'},{'status':'lost'},{'id':'b'}],'last_id':'b'}"
      })
  void readsAPageInEveryShape(String json) throws JsonProcessingException {
    assertThat(page(json).batches()).extracting(BatchView::id).containsExactly("a", "b");
    assertThat(page(json).next()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'data':[{'id':'a'}],'has_more':true,'last_id':'z'} | z",
        "{'data':[{'id':'a'},{'id':'b'}],'has_more':true} | b",
        "{'data':[{'id':'a'}],'has_more':true,'last_id':''} | a",
        "{'data':[{'id':'a'}],'has_more':'true','last_id':null} | a",
      })
  void theNextPageBeginsAfterTheLastBatch(String json, String next) throws JsonProcessingException {
    assertThat(page(json).next()).contains(next);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'data':[{'id':'a'},{'id':'b'}]} | b",
        "[{'id':'a'},{'id':'b'}] | b",
        "{'value':[{'id':'a'}],'has_more':null} | a",
      })
  void aPageThatDoesNotSayWhetherItIsTheLastIsAskedForMore(String json, String guess)
      throws JsonProcessingException {
    assertThat(page(json).guess()).contains(guess);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'data':[{'id':'a'}],'has_more':false}",
        "{'data':[{'id':'a'}],'has_more':true}",
        "{'data':[{'id':'a'}],'paging':{'next_cursor':null}}",
        "{'data':[{'id':'a'}],'paging':{}}",
        "{'data':[]}"
      })
  void aPageThatSaysWhetherItIsTheLastIsBelieved(String json) throws JsonProcessingException {
    assertThat(page(json).guess()).isEmpty();
  }

  @Test
  void aCursorOfTheProviderNamesTheNextPage() throws JsonProcessingException {
    assertThat(page("{'data':[{'id':'a'}],'paging':{'next_cursor':'c/2'}}").cursor())
        .contains("c/2");
    assertThat(page("{'data':[{'id':'a'}],'paging':{'next_cursor':''}}").cursor()).isEmpty();
    assertThat(page("{'data':[{'id':'a'}]}").cursor()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | true",
        "{'data':[]} | true",
        "{'data':null} | true",
        "{'value':[]} | true",
        "{} | false",
        "{'error':{'message':'m'}} | false",
        "{'data':{'id':'b'}} | false",
        "{'id':'b'} | false",
      })
  void whatHoldsNoListIsNoPage(String json, boolean isPage) throws JsonProcessingException {
    assertThat(BatchPage.isPage(JSON.readTree(json.replace('\'', '"')))).isEqualTo(isPage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'b','request_counts':10,'total':10,'completed':7,'failed':2}",
        "{'id':'b','total':10,'completed':7,'failed':2}",
        "{'id':'b','request_counts':{'total':10,'completed':7,'failed':2},'completed':99}",
      })
  void countsMayStandBesideTheBatch(String json) throws JsonProcessingException {
    assertThat(view(json).seen()).isEqualTo(new Part.Seen("", 7, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'b','status':'completed','request_counts':{'total':9,'completed':9,'failed':0}}",
        "{'id':'b','status':'in_progress','request_counts':{'total':9,'completed':9,'failed':0}}",
        "{'id':'b','status':'in_progress','request_counts':{'total':9,'completed':0,'failed':9}}",
      })
  void onlyTheStatusEndsABatchWhateverTheCountsSay(String json) throws JsonProcessingException {
    assertThat(view(json).hasEnded()).isEqualTo(json.contains("'completed','request"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'data':null}", "{'data':[],'has_more':true}", "{'error':{}}"})
  void anEmptyPageIsTheLast(String json) throws JsonProcessingException {
    assertThat(page(json).batches()).isEmpty();
    assertThat(page(json).next()).isEmpty();
  }
}
