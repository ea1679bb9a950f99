package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.batchdrop.config.Home;
import org.batchdrop.flow.HomeLock;
import org.batchdrop.input.UnfinishedNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batchdrop submit}: hands a file over, and waits for it on request. */
@Command(
    name = "submit",
    description = "Hands a file, a folder or an archive to the daemon.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 every row answered; 1 done, with failed rows; 2 usage; 3 input rejected;",
      "4 parked: a person must resolve something; 5 cancelled.",
      "Ctrl-C while waiting stops the waiting, never the job.",
      "",
      "Examples:",
      "  batchdrop submit tickets.csv --pipeline tickets --wait",
      "  batchdrop submit tickets.csv --pipeline tickets --limit 10 --wait"
    })
final class SubmitCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private HomeOption homeOption = new HomeOption();

  @Mixin private JsonOption jsonOption = new JsonOption();

  @Mixin private InputArguments input = new InputArguments();

  @Option(names = "--wait", description = "Wait for the results and show how far they are.")
  private boolean wait;

  SubmitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = homeOption.home();
    Optional<String> problem = input.problem(home);
    if (problem.isPresent()) {
      console.error(problem.get());
      return ExitCode.USAGE;
    }
    Path file = input.file();
    String pipeline = input.pipeline();
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
      handed = HandOver.to(home, pipeline, file, input.rowOrder());
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
              .put("handed_over", home.show(home.inbox(input.pipeline()).resolve(handed.name())))
              .set("job", JobJson.job(view)));
      return view.exitCode();
    }
    console.line(view.job().id() + ": " + view.doing() + " -> " + view.job().outbox().orElse(""));
    return view.exitCode();
  }
}
