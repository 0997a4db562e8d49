using EdgeGateway.Testing;

namespace EdgeGateway.Benchmarks;

/// <summary>Command lines of the yardsticks.</summary>
internal static class Shell
{
    public static ChildProcess Start(string command) => ChildProcess.Start("bash", ["-c", "set -o pipefail; " + command]);

    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static Task Run(string command) => Output(command);

    /// <summary>Runs a command and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> Output(string command)
    {
        (int exitCode, string output, string errors) = await ChildProcess.Run("bash", ["-c", "set -o pipefail; " + command], within: TimeSpan.FromMinutes(5));
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{command} ended with {exitCode}: {errors}");
        }

        return output;
    }
}
