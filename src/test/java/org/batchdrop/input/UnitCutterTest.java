package org.batchdrop.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchdrop.input.SourceUnit.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as the parser sees them, cut into units. */
class UnitCutterTest {

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  private static Optional<List<SourceUnit>> cut(String path, byte[] source) throws IOException {
    Grammar grammar = Grammar.of(path).orElseThrow();
    return SyntaxTree.items(grammar, grammar.load(), source, PATIENCE, StopCheck.NEVER)
        .flatMap(
            items -> UnitCutter.cut(path, source, items, grammar.hasLineCommentsWithSlashes()));
  }

  private static List<SourceUnit> units(String path, String source) throws IOException {
    List<SourceUnit> units = cut(path, source.getBytes(UTF_8)).orElseThrow();
    assertThat(withoutBlanks(units.stream().flatMap(unit -> unit.content().stream()), source))
        .as("every byte that is no blank, once")
        .isEqualTo(withoutBlanks(Stream.of(new Span(0, source.getBytes(UTF_8).length)), source));
    return units;
  }

  private static String withoutBlanks(Stream<Span> spans, String source) {
    return spans
        .sorted((a, b) -> Integer.compare(a.from(), b.from()))
        .map(span -> text(span, source))
        .collect(Collectors.joining())
        .replaceAll("[\\s\\uFEFF]", "");
  }

  private static String text(Span span, String source) {
    return new String(source.getBytes(UTF_8), span.from(), span.length(), UTF_8);
  }

  private static List<String> names(List<SourceUnit> units) {
    return units.stream()
        .map(unit -> unit.piece().kind() + " " + unit.piece().unit() + " " + unit.piece().line())
        .toList();
  }

  private static String content(SourceUnit unit, String source) {
    return unit.content().stream().map(span -> text(span, source)).collect(Collectors.joining("|"));
  }

  private static String declarations(SourceUnit unit, String source) {
    return unit.declarations().stream()
        .map(span -> text(span, source))
        .collect(Collectors.joining("|"));
  }

  @Test
  void everyKindOfCUnitIsFoundWithItsNameAndLine() throws IOException {
    String source =
        """
        /* Licence. */

        #include <stdio.h>
        #define CAPACITY 4

        // A ring.
        struct ring { int items[CAPACITY]; };
        union u { int a; };
        enum colour { RED, GREEN };
        typedef struct { int z; } point;
        typedef int (*callback)(int);
        static struct tagged { int y; } instance;
        struct forward;
        int global = 3, *other;
        int *proto(struct ring *r);

        /* Pushes. */
        int *push(struct ring *r)
        {
            if (r) { { return 0; } }
            return r->items;
        } /* push */
        """;
    List<SourceUnit> units = units("a.c", source);

    assertThat(names(units))
        .containsExactly(
            "rest rest 1",
            "struct ring 7",
            "union u 8",
            "enum colour 9",
            "typedef point 10",
            "typedef callback 11",
            "struct instance 12",
            "function push 18");
    assertThat(content(units.get(0), source))
        .contains("/* Licence. */")
        .contains("#define CAPACITY 4")
        .contains("int global = 3, *other;");
    assertThat(content(units.get(1), source))
        .isEqualTo("// A ring.\nstruct ring { int items[CAPACITY]; };\n");
    assertThat(content(units.get(7), source))
        .startsWith("/* Pushes. */\nint *push")
        .endsWith("} /* push */\n");
  }

  @Test
  void aUnitGetsWhatItNamesDirectlyAndThroughOthersAndNoMore() throws IOException {
    String source =
        """
        #include <stdio.h>
        #define CAPACITY 4
        #define UNUSED 5
        typedef unsigned long word;
        struct ring { word items[CAPACITY]; };
        enum level { LOW, HIGH };
        struct other { int x; };
        static int count;
        static int helper(struct ring *r)
        {
            return 1;
        }
        int push(struct ring *r)
        {
            // not the other
            count += helper(r) + HIGH;
            return 0;
        }
        """;
    List<SourceUnit> units = units("a.c", source);

    assertThat(declarations(units.get(units.size() - 1), source))
        .isEqualTo(
            String.join(
                "|",
                "#include <stdio.h>",
                "#define CAPACITY 4",
                "typedef unsigned long word;",
                "struct ring { word items[CAPACITY]; };",
                "enum level { LOW, HIGH };",
                "static int count;",
                "static int helper(struct ring *r)"));
  }

  @Test
  void declarationsAreBounded() throws IOException {
    String source =
        "struct big { int "
            + "a".repeat(9000)
            + "; };\nstruct small { int b; };\n"
            + "int f(struct big *x, struct small *y) { return 0; }\n";
    List<SourceUnit> units = units("a.c", source);

    assertThat(declarations(units.get(2), source)).isEqualTo("struct small { int b; };");
  }

  @Test
  void conditionalsAroundFunctionsGoToTheRest() throws IOException {
    String source =
        """
        #ifndef A_H
        #define A_H
        #ifdef FAST
        int f(void) { return 1; }
        #else
        int f(void) { return 2; }
        #endif
        #endif
        """;
    List<SourceUnit> units = units("a.h", source);

    assertThat(names(units)).containsExactly("rest rest 1", "function f 4", "function f 6");
    assertThat(content(units.get(0), source))
        .isEqualTo("#ifndef A_H\n#define A_H\n#ifdef FAST|#else|#endif\n#endif");
  }

  @Test
  void oldStyleParametersBelongToTheirFunction() throws IOException {
    String source = "int old(a, b)\n  int a;\n  char *b;\n{\n  return a;\n}\n";
    assertThat(names(units("a.c", source))).containsExactly("function old 1");
  }

  @Test
  void macrosThatLookLikeStatementsStayInTheRest() throws IOException {
    String source =
        "MODULE_LICENSE(\"GPL\");\nEXPORT int f(void) { return 1; }\nEXPORT_SYMBOL(f);\n";
    List<SourceUnit> units = units("a.c", source);
    assertThat(names(units)).containsExactly("rest rest 1", "function f 2");
  }

  @Test
  void brokenSyntaxLosesNothing() throws IOException {
    String source =
        "int f(void) { return 1; }\n".repeat(20)
            + "int broken( { ;;\nint g(void) { return 2; }\n/* x */ }}\n";
    assertThat(units("a.c", source)).hasSizeGreaterThan(20);
  }

  @Test
  void aFileThatIsNoCodeIsOneUnit() throws IOException {
    assertThat(cut("a.c", "))) ((( %% this is prose, not C at all ]]".getBytes(UTF_8))).isEmpty();
    assertThat(cut("a.c", "#define ONLY 1\n".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void lineEndsAndAByteOrderMarkStayOut() throws IOException {
    String source = "\uFEFF/* F. */\r\nint f(void)\r\n{\r\n}\r\n\r\nint x;\r\n";
    List<SourceUnit> units = units("a.c", source);

    assertThat(names(units)).containsExactly("rest rest 6", "function f 2");
    assertThat(content(units.get(1), source)).isEqualTo("/* F. */\r\nint f(void)\r\n{\r\n}\r\n");
  }

  @Test
  void classesTemplatesAndNamespacesOfCpp() throws IOException {
    String source =
        """
        namespace a { namespace b {
        template <typename T> struct Box { T v; T get() const { return v; } };
        } }
        class K { public: K(); int n() const { return 1; } };
        K::K() {}
        template <class T> T most(T x, T y) { return x > y ? x : y; }
        extern "C" int one(void) { return 1; }
        extern "C" {
        int two(void) { return 2; }
        }
        using Int = int;
        bool operator==(const K& x, const K& y) { return true; }
        """;
    assertThat(names(units("a.cpp", source)))
        .containsExactly(
            "rest rest 1",
            "struct a::b::Box 2",
            "class K 4",
            "function K::K 5",
            "function most 6",
            "function one 7",
            "function two 9",
            "typedef Int 11",
            "function operator== 12");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.py|import os\\nX = 3\\n@deco\\ndef f(a):\\n    return X\\nclass C:\\n    def m(self): pass\\n"
            + "|rest rest 1, function f 3, class C 6",
        "a.go|package main\\ntype S struct { a int }\\nfunc (s *S) M() {}\\nfunc f() int { return 1 }\\n"
            + "|rest rest 1, struct S 2, method M 3, function f 4",
        "a.js|import x from 'y';\\nexport const g = (a) => a;\\nexport function h() {}\\nclass Q {}\\n"
            + "|rest rest 1, function g 2, function h 3, class Q 4",
        "a.ts|interface I { a: string }\\ntype T = I;\\nenum E { A }\\nfunction f(): T { return x; }\\n"
            + "|interface I 1, type T 2, enum E 3, function f 4",
        "a.rs|use std::io;\\n#[derive(Debug)]\\nstruct S { a: i32 }\\nimpl T for S { }\\n/// doc\\nfn f() {}\\n"
            + "|rest rest 1, struct S 3, impl T for S 4, function f 6",
        "A.java|package a;\\n/** Doc. */\\npublic class A { int f() { return 1; } }\\nrecord R(int a) {}\\n"
            + "|rest rest 1, class A 3, record R 4"
      })
  void otherLanguagesHaveUnitsToo(String path, String source, String expected) throws IOException {
    assertThat(String.join(", ", names(units(path, source.replace("\\n", "\n")))))
        .isEqualTo(expected);
  }

  @Test
  void whatHasNoGrammarHasNone() {
    assertThat(Grammar.of("a.tsx")).isEmpty();
    assertThat(Grammar.of("README")).isEmpty();
    assertThat(Grammar.of("a.sql")).isEmpty();
  }

  @Test
  void aMegabyteIsCutInSeconds() throws IOException {
    StringBuilder source = new StringBuilder("static int f0(int a) { return a; }\n");
    int functions = 1;
    while (source.length() < 1 << 20) {
      source
          .append("/* ")
          .append(functions)
          .append(" */\nstatic int f")
          .append(functions)
          .append("(int a)\n{\n    if (a) { return f")
          .append(functions - 1)
          .append("(a); }\n    return 0;\n}\n\n");
      functions++;
    }
    long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    List<SourceUnit> units = units("big.c", source.toString());

    assertThat(units).hasSize(functions);
    assertThat(units.get(functions - 1).declarations()).hasSize(1);
    assertThat(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun)
        .isLessThan(TimeUnit.SECONDS.toNanos(30));
  }

  @Test
  void hostileFilesEndInTime() throws IOException {
    Random random = new Random(7);
    for (String path : List.of("a.c", "a.cpp", "a.py", "a.js", "a.rs", "a.go", "A.java", "a.ts")) {
      StringBuilder noise = new StringBuilder();
      for (int i = 0; i < 3_000; i++) {
        noise.append("(){}[];=<>*&#\"'`@ab1 \n/,:\\\0".charAt(random.nextInt(27)));
      }
      for (String source :
          List.of(
              noise.toString(),
              "(".repeat(10_000),
              "f(){" + "{".repeat(5_000),
              "struct a {" + "struct a {".repeat(1_000),
              "#if 1\n".repeat(1_000) + "int f(void) { }\n",
              ";".repeat(20_000))) {
        assertThat(cut(path, source.getBytes(UTF_8)).map(List::size).orElse(0)).isLessThan(100_000);
      }
    }
  }

  @Test
  void aParserThatTakesTooLongGivesTheFileUp() throws IOException {
    byte[] source = ("int f(){" + "a=b(c);".repeat(300_000) + "}").getBytes(UTF_8);
    assertThat(SyntaxTree.items(Grammar.C, Grammar.C.load(), source, 1, StopCheck.NEVER)).isEmpty();
  }

  @Test
  void aStopEndsTheParsing() {
    byte[] source = ("int f(){" + "a=b(c);".repeat(300_000) + "}").getBytes(UTF_8);
    assertThatThrownBy(
            () ->
                SyntaxTree.items(
                    Grammar.C, Grammar.C.load(), source, PATIENCE, StopCheck.when(() -> true)))
        .isInstanceOf(InterruptedIOException.class);
  }

  @Test
  void theSamePieceHasOnePlace() {
    assertThat(List.of(SourcePiece.wholeFile("a.c"), new SourcePiece("a.c", "f", "function", 3)))
        .extracting(SourcePiece::place, SourcePiece::kind)
        .containsExactly(tuple("a.c", "file"), tuple("a.c:3 f", "function"));
  }
}
