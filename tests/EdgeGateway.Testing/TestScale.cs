namespace EdgeGateway.Testing;

/// <summary>How much a test does: <c>--quick</c>, normal or <c>--long</c> of tests/run.sh.</summary>
public static class TestScale
{
    public static bool Long { get; } = Environment.GetEnvironmentVariable("EDGE_TEST_LONG") == "1";

    public static bool Quick { get; } = Environment.GetEnvironmentVariable("EDGE_TEST_QUICK") == "1";

    /// <summary>One of three counts, for example of kills or fuzz inputs.</summary>
    public static int Pick(int quick, int normal, int @long) => Long ? @long : Quick ? quick : normal;
}
