using System.Collections.Concurrent;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Web;

/// <summary>The last lines of the log for the diagnostics bundle, without those that print sign-in codes.</summary>
internal sealed class RecentLogs(TimeProvider time) : ILoggerProvider
{
    private const int MaxLines = 500;
    private const int MaxLineLength = 1000;

    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyList<string> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(LogLevel level, string category, string text)
    {
        var line = $"{Timestamp.Format(time.GetUtcNow())} {level} {category} {text}";
        lines.Enqueue(line.Length <= MaxLineLength ? line : line[..MaxLineLength]);
        while (lines.Count > MaxLines)
        {
            lines.TryDequeue(out _);
        }
    }

    private sealed class Line(RecentLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && category != typeof(GatewayCredentials).FullName;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                logs.Add(logLevel, category, formatter(state, exception));
            }
        }
    }
}
