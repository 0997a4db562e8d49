using System.Text.Json;

namespace EdgeGateway.Buffer;

/// <summary>A tag's key is the EPC in its body, so it is not stored a second time.</summary>
internal static class TagKey
{
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> body)
    {
        var json = new Utf8JsonReader(body.Span);
        while (json.Read())
        {
            if (json.CurrentDepth == 1 && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("epc"u8))
            {
                json.Read();
                return json.ValueIsEscaped
                    ? System.Text.Encoding.UTF8.GetBytes(json.GetString() ?? "")
                    : body.Slice((int)json.TokenStartIndex + 1, json.ValueSpan.Length);
            }
        }

        return default;
    }
}
