using System.CommandLine;
using EdgeGateway.Simulator.Drive;

namespace EdgeGateway.Simulator;

/// <summary><c>edge-simulator drive</c>: dates a recorded drive for gpsfake to replay now.</summary>
internal static class DriveCommand
{
    public static Command Create()
    {
        var recording = new Option<string>("--recording") { Description = "NMEA 0183 log.", Required = true };
        var command = new Command("drive", "Prints a recorded drive as if it began now.") { recording };
        command.SetAction(async (parsed, stop) =>
        {
            var sentences = File.ReadLines(parsed.GetRequiredValue(recording), System.Text.Encoding.Latin1);
            foreach (var sentence in NmeaLog.Redate(sentences, TimeProvider.System.GetUtcNow()))
            {
                await Console.Out.WriteAsync((sentence + "\r\n").AsMemory(), stop);
            }

            return 0;
        });
        return command;
    }
}
