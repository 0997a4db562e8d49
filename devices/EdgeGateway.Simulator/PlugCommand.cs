using System.CommandLine;
using EdgeGateway.Simulator.Scenario;

namespace EdgeGateway.Simulator;

/// <summary><c>edge-simulator plug</c>: makes the tree with the truck's 1-wire probe, before its gateway looks for it.</summary>
internal static class PlugCommand
{
    public static Command Create()
    {
        var root = new Option<string>("--root") { Description = "Folder that the truck's gateway takes for /.", Required = true };
        var command = new Command("plug", "Plugs in the truck's 1-wire probe.") { root };
        command.SetAction(parsed => new WireProbe(parsed.GetRequiredValue(root), Site.ReeferReturnAddress).Show(DemoScenario.ReeferReturnCelsius));
        return command;
    }
}
