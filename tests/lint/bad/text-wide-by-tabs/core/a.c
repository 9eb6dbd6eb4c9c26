												int a;
