namespace EdgeGateway.Devices.Tests;

/// <summary>Damaged copies of good inputs, the same for the same seed; and inputs that once failed, kept as files.</summary>
internal static class Fuzz
{
    /// <summary>Files of inputs that failed once, beside the tests.</summary>
    public static IEnumerable<byte[]> Regressions(string kind)
    {
        var folder = Folder(kind);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
    }

    /// <summary>Runs <paramref name="inputs"/> damaged inputs; one that throws is kept as a file and fails the test.</summary>
    public static void Run(string kind, byte[][] seeds, int inputs, Action<byte[]> target)
    {
        foreach (var input in Regressions(kind).Concat(seeds))
        {
            target(input);
        }

        var random = new Random(20260102);
        for (var i = 0; i < inputs; i++)
        {
            var input = Damage(seeds[random.Next(seeds.Length)], seeds, random);
            try
            {
                target(input);
            }
            catch (Exception e)
            {
                var name = $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))[..16]}.bin";
                Directory.CreateDirectory(Folder(kind));
                File.WriteAllBytes(Path.Combine(Folder(kind), name), input);
                throw new InvalidOperationException($"Input {i} of {kind} failed; kept as {name}, commit it with the fix.", e);
            }
        }
    }

    private static string Folder(string kind) =>
        EdgeGateway.Testing.Repository.PathOf($"tests/EdgeGateway.Devices.Tests/regressions/{kind}");

    private static byte[] Damage(byte[] seed, byte[][] seeds, Random random)
    {
        var bytes = new List<byte>(seed);
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2 when at < bytes.Count:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(9, bytes.Count - at + 1)));
                    break;
                case 3:
                    bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 9)).Select(_ => (byte)random.Next(256)));
                    break;
                case 4:
                    var other = seeds[random.Next(seeds.Length)];
                    var from = random.Next(other.Length + 1);
                    bytes.InsertRange(at, other[from..random.Next(from, other.Length + 1)]);
                    break;
                case 5 when at < bytes.Count:
                    bytes.InsertRange(at, bytes[at..Math.Min(bytes.Count, at + random.Next(1, 40))]);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
