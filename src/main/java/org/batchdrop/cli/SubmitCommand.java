package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Home;
import org.batchdrop.config.Suggestion;
import org.batchdrop.flow.HomeLock;
import org.batchdrop.input.UnfinishedNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchdrop submit}: hands a file over, and waits for it on request. */
@Command(
    name = "submit",
    description = "Hands a file or folder to the daemon.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 every row answered; 1 done, with failed rows; 2 usage; 3 input rejected;",
      "4 parked: a person must resolve something; 5 cancelled.",
      "Ctrl-C while waiting stops the waiting, never the job.",
      "",
      "Example: batchdrop submit tickets.csv --pipeline tickets --wait"
    })
final class SubmitCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();

  @Mixin private JsonOption jsonOption = new JsonOption();

  @Parameters(paramLabel = "FILE", description = "A file, or a folder of sources.")
  private Path file = Path.of("");

  @Option(names = "--pipeline", required = true, paramLabel = "NAME", description = "The pipeline.")
  private String pipeline = "";

  @Option(names = "--wait", description = "Wait for the results and show how far they are.")
  private boolean wait;

  SubmitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = homeOption.home();
    List<String> pipelines = new Catalog(home, "sandbox").pipelineNames();
    if (!pipelines.contains(pipeline)) {
      console.error(
          "there is no pipeline '"
              + pipeline
              + "' in "
              + home.pipelines()
              + Suggestion.hint(pipeline, pipelines));
      return ExitCode.USAGE;
    }
    if (!Files.isReadable(file)) {
      console.error("'" + file + "' can't be read; expected a file or a folder");
      return ExitCode.USAGE;
    }
    if (UnfinishedNames.contain(HandOver.name(file))) {
      console.error(
          "'"
              + file
              + "' would be ignored: the inbox leaves "
              + UnfinishedNames.words()
              + " to whoever is writing them; expected another name");
      return ExitCode.USAGE;
    }
    Watch.Handed handed;
    try {
      handed = HandOver.to(home, pipeline, file);
    } catch (FileAlreadyExistsException e) {
      console.error(e.getFile() + " waits in the inbox already; nothing was handed over");
      return ExitCode.USAGE;
    }
    String place = home.show(home.inbox(pipeline).resolve(handed.name()));
    if (!jsonOption.json) {
      console.line("handed over: " + place);
    }
    if (!HomeLock.isHeld(home.lock())) {
      console.error("no daemon runs in " + home.root() + "; the file waits until 'batchdrop run'");
    }
    if (wait) {
      return await(home, handed);
    }
    if (jsonOption.json) {
      console.json(Json.object().put("handed_over", place).putNull("job"));
    }
    return ExitCode.OK;
  }

  private int await(Home home, Watch.Handed handed) throws InterruptedException {
    Thread notice = new Thread(() -> console.error(Watch.LEFT), "no longer waiting");
    Runtime.getRuntime().addShutdownHook(notice);
    // Bars and changes would stand beside the document.
    Console shown = jsonOption.json ? console.onError() : console;
    JobView view = new Watch(home, shown).await(List.of(handed)).get(0);
    Runtime.getRuntime().removeShutdownHook(notice);
    if (jsonOption.json) {
      console.json(
          Json.object()
              .put("handed_over", home.show(home.inbox(pipeline).resolve(handed.name())))
              .set("job", JobJson.job(view)));
      return view.exitCode();
    }
    console.line(view.job().id() + ": " + view.doing() + " -> " + view.job().outbox().orElse(""));
    return view.exitCode();
  }
}
