#if !NUGET_SET
using System.Runtime.InteropServices;
using SQLitePCL;
#endif

namespace EdgeGateway.Hosting;

/// <summary>Binds Microsoft.Data.Sqlite to the system's libsqlite3, which Debian keeps patched; in the nuget set the package brings its own.</summary>
public static class SqliteLibrary
{
    private static readonly Lock Gate = new();
    private static bool loaded;

    /// <summary>Call before the first connection is opened; further calls do nothing.</summary>
    public static void Load()
    {
        lock (Gate)
        {
            if (!loaded)
            {
#if NUGET_SET
                SQLitePCL.Batteries_V2.Init();
#else
                NativeLibrary.SetDllImportResolver(
                    typeof(SQLite3Provider_e_sqlite3).Assembly,
                    (name, _, _) => name == "e_sqlite3" ? NativeLibrary.Load("libsqlite3.so.0") : IntPtr.Zero);
                raw.SetProvider(new SQLite3Provider_e_sqlite3());
#endif
                loaded = true;
            }
        }
    }
}
