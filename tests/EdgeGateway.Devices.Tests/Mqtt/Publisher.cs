using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Mosquitto's own publisher: a peer that nobody here wrote.</summary>
internal static class Publisher
{
    public static Task Publish(int port, string topic, string payload, int qos = 1, params string[] more) =>
        Run("mosquitto_pub", ["-p", $"{port}", "-t", topic, "-q", $"{qos}", "-m", payload, .. more]);

    public static Task PublishFile(int port, string topic, string file, int qos = 1) =>
        Run("mosquitto_pub", ["-p", $"{port}", "-t", topic, "-q", $"{qos}", "-f", file]);

    /// <summary>The numbers from <paramref name="first"/> to <paramref name="last"/>, a message each, in order.</summary>
    public static Task PublishNumbers(int port, string topic, int first, int last, int qos = 1) =>
        Run("sh", ["-c", $"seq {first} {last} | mosquitto_pub -p {port} -t '{topic}' -q {qos} -l"]);

    public static IEnumerable<string> Numbers(int first, int last) => Enumerable.Range(first, last - first + 1).Select(number => $"{number}");

    private static async Task Run(string program, string[] arguments)
    {
        var (exitCode, output, errors) = await ChildProcess.Run(program, arguments, within: TimeSpan.FromSeconds(60));
        Assert.True(exitCode == 0, $"{program} ended with {exitCode}: {output} {errors}");
    }
}
