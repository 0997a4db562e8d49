using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace EdgeGateway.Hosting;

/// <summary>One line an event on standard error; under systemd with the journal's priorities instead of a time.</summary>
public static class Logs
{
    public static ILoggingBuilder AddEdgeGatewayLogs(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // Whoever runs the host says what failed and what can be done; the host would say it before, three times and with stacks.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        var forJournal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
        logging.Services.AddSingleton<ConsoleFormatter>(new LogLine(TimeProvider.System, forJournal));
        return logging.AddConsole(console =>
        {
            console.FormatterName = LogLine.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
    }
}
