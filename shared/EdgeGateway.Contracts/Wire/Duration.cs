using System.Globalization;

namespace EdgeGateway.Contracts;

/// <summary>Durations as configuration writes them: a number and one of <c>ms s m h d</c>, for example <c>30s</c>, <c>15m</c>, <c>24h</c>, <c>7d</c>.</summary>
public static class Duration
{
    /// <summary>Longest that is taken: ten years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>False unless the text is a whole or decimal number, not negative, directly followed by its unit.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.IndexOfAnyExcept("0123456789.");
        if (digits is < 1 or > 15)
        {
            return false;
        }

        double? unitMilliseconds = text[digits..] switch
        {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => null,
        };
        if (unitMilliseconds is not { } unit
            || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number * unit > Longest.TotalMilliseconds)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(Math.Round(number * unit));
        return true;
    }

    /// <summary>The shortest text that reads back to the same: the largest unit that gives a whole number.</summary>
    public static string Format(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        return milliseconds switch
        {
            0 => "0s",
            _ when milliseconds % 86_400_000 == 0 && milliseconds != 86_400_000 => $"{milliseconds / 86_400_000}d",
            _ when milliseconds % 3_600_000 == 0 && milliseconds != 3_600_000 => $"{milliseconds / 3_600_000}h",
            _ when milliseconds % 60_000 == 0 => $"{milliseconds / 60_000}m",
            _ when milliseconds % 1_000 == 0 => $"{milliseconds / 1_000}s",
            _ => $"{milliseconds}ms",
        };
    }
}
