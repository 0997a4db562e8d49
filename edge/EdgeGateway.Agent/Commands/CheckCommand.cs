using EdgeGateway.Agent.Configuration;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Commands;

/// <summary><c>check</c>: validates a configuration without starting anything.</summary>
internal static class CheckCommand
{
    public static int Run(string file)
    {
        var mistakes = new List<Mistake>();
        var configuration = ConfigurationReader.ReadFile(file, mistakes);
        if (configuration is null)
        {
            Print(file, mistakes);
            return ExitCode.WrongUsage;
        }

        Console.WriteLine($"{file}: no mistakes, {configuration.Devices.Count} devices");
        return ExitCode.Done;
    }

    /// <summary>One line a mistake on standard error.</summary>
    public static void Print(string file, List<Mistake> mistakes)
    {
        foreach (var mistake in mistakes)
        {
            Console.Error.WriteLine($"{file}: {mistake}");
        }
    }
}
