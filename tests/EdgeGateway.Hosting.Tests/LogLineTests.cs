using EdgeGateway.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Hosting.Tests;

public sealed class LogLineTests
{
    private static readonly ManualTime Time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    [Theory]
    [InlineData(LogLevel.Error, "<3>EdgeGateway.Buffer: disk full\n")]
    [InlineData(LogLevel.Warning, "<4>EdgeGateway.Buffer: disk full\n")]
    [InlineData(LogLevel.Information, "<6>EdgeGateway.Buffer: disk full\n")]
    public void The_journal_gets_its_priority(LogLevel level, string line) => Assert.Equal(line, Write(true, level, "disk full", null));

    [Fact]
    public void Elsewhere_a_line_starts_with_time_and_level() =>
        Assert.Equal("2026-01-02T03:04:05.678Z fail: EdgeGateway.Buffer: disk full\n", Write(false, LogLevel.Error, "disk full", null));

    [Fact]
    public void What_came_in_with_line_breaks_cannot_forge_a_line()
    {
        var line = Write(true, LogLevel.Warning, "refused 'a\n<3>forged\r\nb'", new InvalidOperationException("one\ntwo"));

        Assert.Equal(1, line.Count(c => c is '\n' or '\r'));
        Assert.Contains("one two", line, StringComparison.Ordinal);
    }

    private static string Write(bool forJournal, LogLevel level, string message, Exception? exception)
    {
        var text = new StringWriter();
        var entry = new LogEntry<string>(level, "EdgeGateway.Buffer", new EventId(7), message, exception, (state, _) => state);
        new LogLine(Time, forJournal).Write(entry, null, text);
        return text.ToString();
    }
}
