package io.sparkwasm.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A job of short stages, until a file is there; then it prints its sum. Arguments: tasks of each stage, milliseconds of
 * each task, the file.
 */
final class SumJob {
  private SumJob() {}

  public static void main(String[] arguments) {
    int tasks = Integer.parseInt(arguments[0]);
    int millis = Integer.parseInt(arguments[1]);
    Path end = Path.of(arguments[2]);
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      numbers.add(i);
    }
    long sum = 0;
    int stages = 0;
    try (JavaSparkContext context = new JavaSparkContext(new SparkConf())) {
      while (!Files.exists(end)) {
        stages++;
        long factor = stages;
        sum += context.parallelize(numbers, tasks).map(number -> slowly(number * factor, millis)).reduce(Long::sum);
        System.out.println("STAGE " + stages);
      }
    }
    long right = (long) tasks * (tasks - 1) / 2 * stages * (stages + 1) / 2;
    System.out.println("DONE " + stages + " stages, the sum is " + (sum == right ? "right" : sum + ", not " + right));
  }

  private static long slowly(long value, int millis) throws InterruptedException {
    Thread.sleep(millis);
    return value;
  }
}
