using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Keyboard;

/// <summary>Takes a GS1 element string apart, with or without symbology identifier, and also as printed: <c>(01)…(21)…</c>.</summary>
internal static class ElementString
{
    // Identifiers whose values have a fixed length and need no separator, by their first two digits: GS1 General Specifications.
    private static readonly Dictionary<string, int> FixedLengths = new(StringComparer.Ordinal)
    {
        ["00"] = 18, ["01"] = 14, ["02"] = 14, ["03"] = 14, ["04"] = 16, ["11"] = 6, ["12"] = 6, ["13"] = 6, ["14"] = 6,
        ["15"] = 6, ["16"] = 6, ["17"] = 6, ["18"] = 6, ["19"] = 6, ["20"] = 2,
        ["31"] = 8, ["32"] = 8, ["33"] = 8, ["34"] = 8, ["35"] = 8, ["36"] = 8, ["41"] = 14,
    };

    private static readonly string[] SymbologyIdentifiers = ["]C1", "]e0", "]d2", "]Q3", "]J1"];

    /// <summary>Values by identifier; empty when the text is no element string.</summary>
    /// <exception cref="FormatException">It is one, marked as such, but breaks the rules.</exception>
    public static Dictionary<string, string> Parse(string text)
    {
        var identifier = Array.Find(SymbologyIdentifiers, start => text.StartsWith(start, StringComparison.Ordinal));
        if (text.StartsWith('('))
        {
            return ParsePrinted(text);
        }

        if (identifier is not null)
        {
            return ParseConcatenated(text[identifier.Length..]);
        }

        // Without a mark only a leading key with a right check digit tells an element string from any other code.
        return LeadsWith(text, "01", 14) || LeadsWith(text, "00", 18) ? ParseConcatenated(text) : [];
    }

    private static bool LeadsWith(string text, string identifier, int length)
    {
        var start = text.TrimStart(ScanAssembler.GroupSeparator);
        return start.StartsWith(identifier, StringComparison.Ordinal)
            && start.Length >= identifier.Length + length
            && CheckDigit.IsRight(start.AsSpan(identifier.Length, length));
    }

    private static Dictionary<string, string> ParsePrinted(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split('(', StringSplitOptions.RemoveEmptyEntries))
        {
            var close = part.IndexOf(')', StringComparison.Ordinal);
            if (close is < 2 or > 4)
            {
                throw new FormatException("a bracket without an application identifier of 2 to 4 digits");
            }

            Add(fields, part[..close], part[(close + 1)..].Trim());
        }

        return fields;
    }

    private static Dictionary<string, string> ParseConcatenated(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = text.AsSpan();
        while (!(rest = rest.TrimStart(ScanAssembler.GroupSeparator)).IsEmpty)
        {
            var end = rest.IndexOf(ScanAssembler.GroupSeparator);
            var field = end < 0 ? rest : rest[..end];
            if (field.Length < 3)
            {
                throw new FormatException("a field ends in its middle");
            }

            var identifier = field[..2].ToString();
            if (FixedLengths.TryGetValue(identifier, out var length))
            {
                if (field.Length < 2 + length)
                {
                    throw new FormatException($"the value of ({identifier}) must have {length} characters");
                }

                Add(fields, identifier, field.Slice(2, length).ToString());
                rest = rest[(2 + length)..];
            }
            else
            {
                Add(fields, identifier, field[2..].ToString());
                rest = rest[field.Length..];
            }
        }

        return fields;
    }

    private static void Add(Dictionary<string, string> fields, string identifier, string value)
    {
        if (identifier is "00" or "01" && !CheckDigit.IsRight(value))
        {
            throw new FormatException($"the check digit of ({identifier}) {value} is wrong");
        }

        if (!fields.TryAdd(identifier, value))
        {
            throw new FormatException($"({identifier}) is there twice");
        }
    }
}
