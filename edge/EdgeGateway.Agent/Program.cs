using EdgeGateway.Agent.Commands;

var command = CommandLine.Build().Parse(args);
var exitCode = await command.InvokeAsync();
return command.Errors.Count > 0 ? ExitCode.WrongUsage : exitCode;
