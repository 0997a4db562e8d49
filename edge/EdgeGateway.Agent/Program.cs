using System.CommandLine;
using EdgeGateway.Agent.Commands;

var command = CommandLine.Build().Parse(args);

// The default of two seconds would cut off a commit in work; systemd gives thirty.
var exitCode = await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(25) });
return command.Errors.Count > 0 ? ExitCode.WrongUsage : exitCode;
