using System.CommandLine;

namespace EdgeGateway.Agent.Commands;

/// <summary>The commands of <c>edge-gateway</c>.</summary>
internal static class CommandLine
{
    public static RootCommand Build()
    {
        var config = new Option<FileInfo>("--config") { Description = "The gateway's configuration, JSON", Required = true };

        var run = new Command("run", "Runs the gateway until it is told to stop") { config };
        run.SetAction((parsed, stop) => RunCommand.Run(parsed.GetRequiredValue(config).FullName, stop));

        var check = new Command("check", "Says every mistake in a configuration") { config };
        check.SetAction(parsed => CheckCommand.Run(parsed.GetRequiredValue(config).FullName));

        return new RootCommand("Brings sensor readings, tags and positions of a site or truck to Kafka") { run, check, BufferCommands.Build() };
    }
}
