namespace EdgeGateway.Contracts;

/// <summary>Makes the bits of tags: the other way of <see cref="EpcDecoder"/>.</summary>
public static class EpcEncoder
{
    private static readonly EpcScheme[] Schemes96 =
        [EpcScheme.Sgtin96, EpcScheme.Sscc96, EpcScheme.Sgln96, EpcScheme.Grai96, EpcScheme.Giai96];

    /// <summary>Hex of a 96-bit tag, from for example <c>urn:epc:tag:sgtin-96:3.0614141.812345.6789</c>.</summary>
    /// <exception cref="FormatException">Not such a URI, or a field that does not fit.</exception>
    public static string FromTagUri(string uri)
    {
        foreach (var scheme in Schemes96)
        {
            var start = $"urn:epc:tag:{Epc96.Name(scheme)}-96:";
            if (uri.StartsWith(start, StringComparison.Ordinal))
            {
                var fields = uri[start.Length..].Split('.');
                return int.TryParse(fields[0], out var filter)
                    ? Epc96.Encode(scheme, filter, fields.AsSpan(1))
                    : throw new FormatException($"'{uri}' has no filter");
            }
        }

        throw new FormatException($"'{uri}' is no urn:epc:tag of a 96-bit scheme");
    }

    /// <summary>Hex of a 96-bit tag, from for example <c>urn:epc:id:sgtin:0614141.812345.6789</c> and a filter.</summary>
    /// <inheritdoc cref="FromTagUri"/>
    public static string FromIdUri(string uri, int filter)
    {
        foreach (var scheme in Schemes96)
        {
            var start = $"urn:epc:id:{Epc96.Name(scheme)}:";
            if (uri.StartsWith(start, StringComparison.Ordinal))
            {
                return Epc96.Encode(scheme, filter, uri[start.Length..].Split('.'));
            }
        }

        throw new FormatException($"'{uri}' is no urn:epc:id of a 96-bit scheme");
    }

    /// <summary>Hex of a "plus" tag, from a GS1 Digital Link; without an encoding its text takes the shortest.</summary>
    /// <exception cref="FormatException">The link names nothing such a tag can hold.</exception>
    public static string FromDigitalLink(string link, int filter, EpcText? encoding = null) => EpcPlus.Encode(link, filter, encoding, null);

    /// <summary>Hex of a decoded tag, made anew from what it means; the same bits as its <see cref="EpcTag.Hex"/>.</summary>
    /// <exception cref="FormatException">The tag was changed to something that has no bits.</exception>
    public static string Encode(EpcTag tag)
    {
        if (tag.Scheme == EpcScheme.Raw)
        {
            return tag.Hex;
        }

        if (tag.TagUri is not null)
        {
            return FromTagUri(tag.TagUri);
        }

        var hex = EpcPlus.Encode(tag.Uri, tag.Filter, tag.TextEncoding, tag.DataAfterKey);
        return hex.Length <= tag.Hex.Length ? hex.PadRight(tag.Hex.Length, '0') : hex[..tag.Hex.Length];
    }
}
