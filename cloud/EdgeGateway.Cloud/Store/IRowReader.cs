namespace EdgeGateway.Cloud.Store;

/// <summary>Gives a row's columns in their order.</summary>
public interface IRowReader
{
    string Text();

    string? TextOrNull();

    long Integer();

    long? IntegerOrNull();

    double? RealOrNull();

    byte[] Bytes();
}
