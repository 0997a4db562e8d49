namespace EdgeGateway.Contracts;

/// <summary>GS1 Digital Link URIs in their canonical form, on <c>https://id.gs1.org</c>.</summary>
internal static class DigitalLink
{
    private const string Stem = "https://id.gs1.org";

    /// <summary>A link of a key and perhaps a qualifier, for example <c>/01/79521141123453/21/32a%2Fb</c>.</summary>
    public static string Make(string ai, string key, string? qualifierAi = null, string? qualifier = null) =>
        $"{Stem}/{ai}/{Uri.EscapeDataString(key)}" + (qualifier is null ? "" : $"/{qualifierAi}/{Uri.EscapeDataString(qualifier)}");

    /// <summary>Pairs of application identifier and value of a link's path; empty when it is no such link.</summary>
    public static List<(string Ai, string Value)> Pairs(string link)
    {
        var pairs = new List<(string, string)>();
        var host = link.IndexOf("://", StringComparison.Ordinal) + 3;
        if (host < 3 || link[..host].ToLowerInvariant() is not ("http://" or "https://"))
        {
            return pairs;
        }

        // A resolver may have the identifiers below a path of its own: they begin at the first key. System.Uri is no
        // help here: it takes a serial that is a dot for a step in the path.
        var path = link.IndexOfAny(['?', '#'], host) is var end and >= 0 ? link[host..end] : link[host..];
        var parts = path.Split('/');
        var first = Array.FindIndex(parts, part => part is "00" or "01" or "414" or "8003" or "8004");
        for (var i = first; i >= 0 && i + 1 < parts.Length; i += 2)
        {
            pairs.Add((parts[i], Uri.UnescapeDataString(parts[i + 1])));
        }

        return pairs;
    }
}
