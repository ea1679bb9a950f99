package org.batchdrop.journey;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds where a method returns normally.
 *
 * @see <a href="https://docs.oracle.com/javase/specs/jvms/se17/html/jvms-6.html">The instructions
 *     of the Java virtual machine</a>
 */
final class ReturnInstructions {

  private static final int FIRST_RETURN = 0xac;
  private static final int LAST_RETURN = 0xb1;
  private static final int TABLESWITCH = 0xaa;
  private static final int LOOKUPSWITCH = 0xab;
  private static final int WIDE = 0xc4;
  private static final int IINC = 0x84;

  private ReturnInstructions() {}

  /** The offsets of the return instructions in a method's code. */
  static List<Integer> of(byte[] code) {
    List<Integer> offsets = new ArrayList<>();
    for (int at = 0; at < code.length; at += length(code, at)) {
      int operation = code[at] & 0xff;
      if (operation >= FIRST_RETURN && operation <= LAST_RETURN) {
        offsets.add(at);
      }
    }
    return offsets;
  }

  private static int length(byte[] code, int at) {
    int operation = code[at] & 0xff;
    return switch (operation) {
      case TABLESWITCH -> {
        int operands = at + 4 - at % 4;
        int low = word(code, operands + 4);
        int high = word(code, operands + 8);
        yield operands + 12 + 4 * (high - low + 1) - at;
      }
      case LOOKUPSWITCH -> {
        int operands = at + 4 - at % 4;
        yield operands + 8 + 8 * word(code, operands + 4) - at;
      }
      case WIDE -> (code[at + 1] & 0xff) == IINC ? 6 : 4;
      default -> fixedLength(operation);
    };
  }

  private static int fixedLength(int operation) {
    if (operation == 0xb9 || operation == 0xba || operation == 0xc8 || operation == 0xc9) {
      return 5;
    }
    if (operation == 0xc5) {
      return 4;
    }
    boolean hasTwoOperands =
        operation == 0x11
            || operation == 0x13
            || operation == 0x14
            || operation == IINC
            || (operation >= 0x99 && operation <= 0xa8)
            || (operation >= 0xb2 && operation <= 0xb8)
            || operation == 0xbb
            || operation == 0xbd
            || operation == 0xc0
            || operation == 0xc1
            || operation == 0xc6
            || operation == 0xc7;
    if (hasTwoOperands) {
      return 3;
    }
    boolean hasOneOperand =
        operation == 0x10
            || operation == 0x12
            || (operation >= 0x15 && operation <= 0x19)
            || (operation >= 0x36 && operation <= 0x3a)
            || operation == 0xa9
            || operation == 0xbc;
    return hasOneOperand ? 2 : 1;
  }

  private static int word(byte[] code, int at) {
    return ByteBuffer.wrap(code).getInt(at);
  }
}
