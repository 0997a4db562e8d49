using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Keeps what was logged.</summary>
internal sealed class LogRecorder : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    public IEnumerable<string> Warnings => At(LogLevel.Warning);

    public IEnumerable<string> Errors => At(LogLevel.Error);

    public IEnumerable<string> All => lines.Select(line => line.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue((logLevel, formatter(state, exception)));

    private IEnumerable<string> At(LogLevel level) => lines.Where(line => line.Level == level).Select(line => line.Text);
}
