using System.CommandLine;
using EdgeGateway.Simulator;

return await new RootCommand("Simulated readers, probes and other systems for the demo, and the check of what became of their data.")
{
    RunCommand.Create(),
    CheckCommand.Create(),
    DriveCommand.Create(),
    PlugCommand.Create(),
    RepublishCommand.Create(),
}.Parse(args).InvokeAsync();
