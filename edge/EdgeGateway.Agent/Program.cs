Console.WriteLine("edge-gateway");
