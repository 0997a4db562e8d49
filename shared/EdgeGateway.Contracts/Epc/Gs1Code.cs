using System.Globalization;

namespace EdgeGateway.Contracts;

/// <summary>What a barcode says.</summary>
/// <param name="Text">As scanned, without a symbology identifier.</param>
/// <param name="Elements">Application identifiers and their values in the order they came; empty for a plain code.</param>
public sealed record Gs1Code(string Text, IReadOnlyList<Gs1Element> Elements)
{
    /// <summary>GTIN-14 of the trade item.</summary>
    public string? Gtin => Value("01");

    public string? Serial => Value("21");

    public string? Batch => Value("10");

    /// <summary>SSCC-18 of the logistic unit.</summary>
    public string? Sscc => Value("00");

    /// <summary>Last day of use; where the code gives no day, the last one of the month.</summary>
    public DateOnly? Expiry
    {
        get
        {
            if (Value("17") is not { } text || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            // Two digits of a year stand for one within the half century around 2025, which these codes do not outlive.
            var (year, month, day) = (2000 + (number / 10_000), number / 100 % 100, number % 100);
            if (month is < 1 or > 12 || day > DateTime.DaysInMonth(year, month))
            {
                return null;
            }

            return new DateOnly(year, month, day == 0 ? DateTime.DaysInMonth(year, month) : day);
        }
    }

    /// <summary>Canonical GS1 Digital Link of the item or unit; null for a plain code.</summary>
    public string? Uri => (Sscc, Gtin) switch
    {
        ({ } sscc, _) => DigitalLink.Make("00", sscc),
        (_, { } gtin) => DigitalLink.Make("01", gtin, "21", Serial),
        _ => null,
    };

    private string? Value(string ai)
    {
        foreach (var element in Elements)
        {
            if (element.Ai == ai)
            {
                return element.Value;
            }
        }

        return null;
    }
}

/// <summary>One application identifier of a code and its value.</summary>
public readonly record struct Gs1Element(string Ai, string Value);
