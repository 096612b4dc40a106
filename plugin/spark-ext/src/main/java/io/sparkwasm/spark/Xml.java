package io.sparkwasm.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of elements in S3's and STS's answers: flat documents of known shape, so without a parser. */
final class Xml {
  private static final Pattern REFERENCE = Pattern.compile("&(#x[0-9a-fA-F]+|#[0-9]+|lt|gt|amp|quot|apos);");

  private Xml() {}

  /** The text of the first such element, empty when there is none. */
  static String text(String xml, String element) {
    List<String> all = texts(xml, element);
    return all.isEmpty() ? "" : all.get(0);
  }

  static List<String> texts(String xml, String element) {
    Matcher matcher = Pattern.compile("<" + element + ">([^<]*)</" + element + ">").matcher(xml);
    List<String> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(unescape(matcher.group(1)));
    }
    return found;
  }

  private static String unescape(String text) {
    return REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(character(match.group(1))));
  }

  private static String character(String name) {
    switch (name) {
      case "lt":
        return "<";
      case "gt":
        return ">";
      case "amp":
        return "&";
      case "quot":
        return "\"";
      case "apos":
        return "'";
      default:
        boolean hex = name.startsWith("#x");
        int point = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
        return Character.isValidCodePoint(point) ? Character.toString(point) : "";
    }
  }
}
