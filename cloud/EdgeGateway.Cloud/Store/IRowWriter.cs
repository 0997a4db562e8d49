namespace EdgeGateway.Cloud.Store;

/// <summary>Takes a row's columns in their order.</summary>
public interface IRowWriter
{
    void Text(string? value);

    void Integer(long? value);

    void Real(double? value);

    void Bytes(ReadOnlyMemory<byte> value);
}
