namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>Times as devices write them.</summary>
internal static class Times
{
    /// <summary>Above it a Unix time is in milliseconds: as seconds it would lie beyond the year 5000.</summary>
    private const double LargestSeconds = 1e11;

    private static readonly DateTimeOffset Earliest = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The time, or null where the source's clock was evidently never set: the time of arrival is nearer to the truth
    /// than 1970.
    /// </summary>
    public static DateTimeOffset? IfSet(DateTimeOffset time) => time >= Earliest && time < Latest ? time : null;

    /// <summary>Unix seconds, with a fraction, or milliseconds; null where it can be neither.</summary>
    public static DateTimeOffset? FromUnix(double value)
    {
        var milliseconds = Math.Abs(value) < LargestSeconds ? value * 1000 : value;
        return milliseconds is > -1e13 and < 1e14 ? DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(milliseconds)) : null;
    }

    /// <summary>
    /// ISO 8601: date, T or blank, time with an optional fraction of any length, and a zone as <c>Z</c>, <c>+01</c>,
    /// <c>+0100</c> or <c>+01:00</c>, or none. Without a zone the time is as if it were UTC.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time, out bool hasZone)
    {
        time = default;
        hasZone = false;
        if (text.Length is < 16 or > 40 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[13] != ':'
            || !Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute))
        {
            return false;
        }

        var rest = text[16..];
        var second = 0;
        if (rest.Length >= 3 && rest[0] == ':')
        {
            if (!Digits(rest[1..3], out second))
            {
                return false;
            }

            rest = rest[3..];
        }

        if (!TakeFraction(ref rest, out var ticks) || !TryReadZone(rest, out hasZone, out var offset)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var utc = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + ticks - offset.Ticks;
        if (utc < 0 || utc > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(utc, TimeSpan.Zero);
        return true;
    }

    private static bool TakeFraction(ref ReadOnlySpan<byte> rest, out long ticks)
    {
        ticks = 0;
        if (rest.IsEmpty || rest[0] is not ((byte)'.' or (byte)','))
        {
            return true;
        }

        var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? rest.Length - 1 : digits;
        var worth = TimeSpan.TicksPerSecond;
        foreach (var digit in rest.Slice(1, digits))
        {
            worth /= 10;
            ticks += (digit - '0') * worth;
        }

        rest = rest[(1 + digits)..];
        return digits > 0;
    }

    private static bool TryReadZone(ReadOnlySpan<byte> rest, out bool hasZone, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        hasZone = !rest.IsEmpty;
        if (rest.IsEmpty || rest is [(byte)'Z'] or [(byte)'z'])
        {
            return true;
        }

        var minutes = rest.Length switch
        {
            3 => "00"u8,
            5 => rest[3..],
            6 when rest[3] == ':' => rest[4..],
            _ => [],
        };
        if (rest[0] is not ((byte)'+' or (byte)'-') || minutes.IsEmpty || !Digits(rest[1..3], out var hour) || !Digits(minutes, out var minute)
            || hour > 14 || minute > 59)
        {
            return false;
        }

        offset = new TimeSpan(hour, minute, 0) * (rest[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
