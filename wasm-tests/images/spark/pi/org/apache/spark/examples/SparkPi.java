package org.apache.spark.examples;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Estimates pi as Spark's own example of this name does: SparkPi [slices]. */
public final class SparkPi {
  private static final int POINTS_PER_SLICE = 100_000;

  private SparkPi() {}

  public static void main(String[] arguments) {
    int slices = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    List<Integer> numbers = IntStream.range(0, slices).boxed().collect(Collectors.toList());
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("Spark Pi"))) {
      long inside = spark.parallelize(numbers, slices).map(slice -> pointsInside()).reduce(Long::sum);
      System.out.println("Pi is roughly " + 4.0 * inside / ((long) slices * POINTS_PER_SLICE));
    }
  }

  /** How many random points of a square lie inside its circle. */
  private static long pointsInside() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return IntStream.range(0, POINTS_PER_SLICE)
        .filter(point -> Math.hypot(random.nextDouble(-1, 1), random.nextDouble(-1, 1)) <= 1)
        .count();
  }
}
