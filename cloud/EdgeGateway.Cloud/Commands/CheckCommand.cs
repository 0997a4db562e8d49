using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Commands;

/// <summary><c>edge-cloud check</c>, and how every command reads its configuration.</summary>
public static class CheckCommand
{
    public static int Run(FileInfo file)
    {
        if (Read(file) is null)
        {
            return ExitCodes.Usage;
        }

        Console.WriteLine($"{file.FullName} is right.");
        return ExitCodes.Done;
    }

    /// <summary>The configuration, or null after its mistakes were written to standard error.</summary>
    public static CloudConfiguration? Read(FileInfo file)
    {
        var mistakes = new List<Mistake>();
        try
        {
            var configuration = CloudConfiguration.Read(file.FullName, mistakes);
            mistakes.ForEach(mistake => Console.Error.WriteLine(mistake));
            return configuration;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"reading {file.FullName}: {e.Message}");
            return null;
        }
    }
}
